"""The stored results of all catalogues as a Markdown table, and its place in a text."""

import pandas as pd

from core.evaluation.metric_texts import metric_title, relevance_title
from core.evaluation.results import load_summaries, stored_catalogs
from core.evaluation.summaries import Summary, summary_table
from core.evaluation.wording import ABSENT, interval, whole

METRICS = ("AP", "P@1", "P@10")
START, END = "<!-- results: written by `python -m core results --write README.md` -->", "<!-- /results -->"


def results_markdown() -> str:
    """One table a catalogue and relevance, one row a run: metrics with 95 % intervals, dimensions and milliseconds.

    The best mAP of a table is bold. Without stored results, a sentence that says so.
    """
    parts = [_catalog_part(name, summaries) for name in stored_catalogs() if (summaries := load_summaries(name))]
    return "\n\n".join(parts) or "Nothing is measured yet: `python -m core evaluate --catalog NAME`."


def with_results(text: str, table: str) -> str:
    """The text with the table between its two marks. Raises ValueError if it does not have each mark once, in order."""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end or START in rest or END in after:
        raise ValueError(f"expected a text with the marks {START} and {END}, each once, but they are not there.")
    return f"{before}{START}\n\n{table}\n\n{END}{after}"


def _catalog_part(name: str, summaries: list[Summary]) -> str:
    table = summary_table(summaries)
    facts = summaries[0].facts
    lines = [f"**{name}**: {facts['n_queries']:,} queries, {facts['n_gallery']:,} items."]
    for relevance in table["relevance"].unique():
        rows = table[table["relevance"] == relevance]
        if rows[rows["metric"] == "AP"]["count"].max() > 0:
            lines += ["", f"Relevant is {relevance_title(relevance)}:", "", _table(rows)]
    return "\n".join(lines)


def _table(rows: pd.DataFrame) -> str:
    metrics = [name for name in METRICS if name in set(rows["metric"])]
    of_metric = {name: rows[rows["metric"] == name].set_index("run") for name in metrics}
    by_metric = {name: table.to_dict("index") for name, table in of_metric.items()}
    best = of_metric["AP"]["mean"].max()
    order = of_metric["AP"].sort_values("mean", ascending=False, na_position="last", kind="stable")
    heads = ["run", *map(metric_title, metrics), "dim", "ms a query"]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for row in order.reset_index().to_dict("records"):
        run = row["run"]
        is_seen = " (seen in training)" if row["seen_in_training"] else ""
        cells = [interval(by_metric[name][run]) if run in by_metric[name] else ABSENT for name in metrics]
        cells[0] = f"**{cells[0]}**" if row["mean"] == best else cells[0]
        lines.append(f"| {' | '.join([f'`{run}`{is_seen}', *cells, whole(row['dim']), whole(row['query_ms'])])} |")
    return "\n".join(lines)
