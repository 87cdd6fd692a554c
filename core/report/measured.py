"""What a report is made of: stored runs of one catalogue, loaded, and every table of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from core.evaluation.per_query import Evaluation
from core.evaluation.results import load_evaluation, load_summary
from core.evaluation.summaries import Summary, summary_table
from core.report.tables import (
    category_table,
    class_table,
    comparison_table,
    confusion_table,
    cost_table,
    crop_table,
    domain_table,
    run_facts,
    shared_relevances,
    shown_metrics,
    space_table,
    sweep_table,
)


@dataclass(frozen=True)
class Measured:
    """The runs of a report.

    Attributes:
        catalog: Name.
        summaries: The runs in short, in the order to show.
        runs: Name -> the same in full.
        relevances: What counts as relevant in all of them; at least one.
        metrics: Those that are shown, measured in all of them.
    """

    catalog: str
    summaries: tuple[Summary, ...]
    runs: dict[str, Evaluation]
    relevances: tuple[str, ...]
    metrics: tuple[str, ...]

    @property
    def best_run(self) -> str:
        """The run of the highest mAP by the first relevance; the first where nothing has one."""
        means = [summary.metrics[self.relevances[0]]["AP"]["mean"] for summary in self.summaries]
        return max(zip(means, self.runs, strict=True), key=lambda pair: -1.0 if pair[0] is None else pair[0])[1]


def read_measured(catalog_name: str, run_names: Sequence[str]) -> Measured:
    """The runs, loaded.

    Raises:
        ArtifactError: A run is absent or damaged.
        ValueError: There are no runs, or they have no relevance in common.
    """
    if not run_names:
        raise ValueError(
            f"expected stored runs of {catalog_name}, but there are none. "
            f"Measure one: python -m core evaluate --catalog {catalog_name}"
        )
    names = tuple(dict.fromkeys(run_names))
    summaries = tuple(load_summary(catalog_name, name) for name in names)
    relevances = tuple(shared_relevances(summaries))
    if not relevances:
        raise ValueError(f"expected runs that share what counts as relevant, but {', '.join(names)} share nothing.")
    runs = {name: load_evaluation(catalog_name, name) for name in names}
    return Measured(catalog_name, summaries, runs, relevances, tuple(shown_metrics(summaries)))


def report_tables(measured: Measured) -> dict[str, pd.DataFrame]:
    """Every table of the report by name, numbers in full."""
    first = measured.relevances[0]
    return {
        "runs": run_facts(measured.summaries),
        "results": summary_table(measured.summaries),
        "comparisons": comparison_table(measured.runs, measured.relevances, measured.metrics),
        "categories": category_table(measured.runs, first),
        "costs": cost_table(measured.summaries),
        "confusion": confusion_table(measured.runs),
        "classes": class_table(measured.runs),
        "crops": crop_table(measured.summaries, first, measured.metrics),
        "domains": domain_table(measured.summaries),
        "pca_sweeps": sweep_table(measured.summaries),
        "embedding_space": space_table(measured.summaries),
    }
