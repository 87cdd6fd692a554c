"""Every two stored runs of a catalogue compared, beside the page: many queries take longer to test than a page may."""

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from core.artifacts import ArtifactError
from core.evaluation.per_query import compared_runs
from core.evaluation.results import stored_runs
from dashboard import resources

# How long a page waits before it shows what it has.
PATIENCE_S = 0.1
_worker = ThreadPoolExecutor(1, thread_name_prefix="compare")


@dataclass(frozen=True)
class Comparisons:
    """The pairs of runs, or that they are being worked out.

    Attributes:
        table: As `core.evaluation.significance.compared_pairs`; empty while it is worked out, and of a single run.
        is_ready: Whether it holds all there is.
    """

    table: pd.DataFrame
    is_ready: bool

    def of_pair(self, first: str, second: str, metric: str) -> pd.Series | None:
        """The row of a pair on a metric, seen from `first`; None while it is being worked out."""
        table = self.table[self.table["metric"] == metric]
        for one, other, sign in ((first, second, 1), (second, first, -1)):
            found = table[(table["first"] == one) & (table["second"] == other)]
            if len(found):
                return found.iloc[0] if sign == 1 else _turned(found.iloc[0])
        return None


def comparisons(catalog_name: str, relevance: str) -> Comparisons:
    """Every two runs of a catalogue compared on every metric, p corrected for the number of pairs."""
    state = tuple((run, resources.measured_at(catalog_name, run)) for run in stored_runs(catalog_name))
    try:
        return Comparisons(_started(catalog_name, relevance, state).result(PATIENCE_S), True)
    except NotYet:
        return Comparisons(_NONE, False)


_COLUMNS = ("metric", "first", "second", "count", "difference", "low", "high", "p", "p_holm", "verdict")
_NONE = pd.DataFrame(columns=list(_COLUMNS))


@lru_cache(32)
def _started(catalog_name: str, relevance: str, state: tuple[tuple[str, int], ...]) -> Future[pd.DataFrame]:
    return _worker.submit(_compared, catalog_name, relevance, [run for run, _ in state])


def _compared(catalog_name: str, relevance: str, runs: list[str]) -> pd.DataFrame:
    loaded = {}
    for run in runs:
        try:
            evaluation = resources.evaluation(catalog_name, run)
        except ArtifactError:
            continue  # the table of models says what is wrong with it
        if relevance in evaluation.facts["relevance"]:
            loaded[run] = evaluation
    if len(loaded) < 2:
        return _NONE
    common = [
        name for name in next(iter(loaded.values())).metrics if all(name in one.metrics for one in loaded.values())
    ]
    return compared_runs(loaded, relevance, common)


def _turned(pair: pd.Series) -> pd.Series:
    verdicts = {"better": "worse", "worse": "better"}
    turned = {
        "first": pair["second"],
        "second": pair["first"],
        "difference": -pair["difference"],
        "low": -pair["high"],
        "high": -pair["low"],
        "verdict": verdicts.get(pair["verdict"], pair["verdict"]),
    }
    return pd.concat([pair.drop(list(turned)), pd.Series(turned)])
