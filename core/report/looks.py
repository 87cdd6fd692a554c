"""The chapters of a report that one looks at: confusions, the space of embeddings, examples, definitions."""

import html
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.catalogs.catalog import Catalog
from core.evaluation.confusion import in_block_order, top_classes, worst_pairs
from core.evaluation.confusion_figure import confusion_heatmap
from core.evaluation.hit_ranks import HitRanks
from core.evaluation.metric_texts import TEXTS, relevance_title
from core.evaluation.wording import ABSENT, three
from core.report.examples import Examples, best_queries, most_different, query_line, query_tiles
from core.report.measured import Measured
from core.report.page import Section, figure_html, heading, note, paragraph, picture_row, table_html
from core.report.tables import nearest_confusion

CLASSES = 25
PAIRS = 10


def confusions(measured: Measured) -> Section:
    """What the best run takes for what, with the worst pairs; the accuracy of all runs."""
    best = measured.best_run
    matrix = nearest_confusion(measured.runs[best])
    shown_matrix = in_block_order(top_classes(matrix, CLASSES))
    accuracies = pd.DataFrame(
        {
            "run": list(measured.runs),
            "right by the nearest": [three(run.confusion["accuracy_nearest"]) for run in measured.summaries],
            "by vote of the nearest 10": [three(run.confusion["accuracy_vote@10"]) for run in measured.summaries],
            "macro F1": [three(run.confusion["macro_f1_nearest"]) for run in measured.summaries],
        }
    )
    pairs = worst_pairs(matrix, PAIRS)
    worst = pd.DataFrame(
        {
            "query": pairs["true"],
            "taken for": pairs["predicted"],
            "queries": pairs["count"],
            "of its category": pairs["share"].map("{:.1%}".format),
        }
    )
    others = f" The {CLASSES} most frequent of {len(matrix.classes)} categories are shown."
    about = f"The category of each query against that of the nearest item, by {best}."
    blocks = [
        table_html(accuracies, texts=("run",)),
        paragraph(about + (others if len(matrix.classes) > CLASSES else "")),
        figure_html(confusion_heatmap(shown_matrix)),
        heading("Most often confused"),
        table_html(worst, texts=("query", "taken for")),
    ]
    return Section("confusion", "What is taken for what", tuple(blocks))


def space(tables: Mapping[str, pd.DataFrame], maps: Sequence[tuple[str, go.Figure]]) -> Section | None:
    """Maps of the embeddings where they are built, and the measures that need no query."""
    table = tables["embedding_space"]
    if table.empty and not maps:
        return None
    blocks = [paragraph(caption) + figure_html(figure) for caption, figure in maps]
    shown = table.assign(measure=table["measure"].str.replace("_", " "), value=table["value"].map(three))
    wide = shown.pivot_table(index=["relevance", "measure"], columns="run", values="value", aggfunc="first", sort=False)
    wide = wide.reindex(columns=table["run"].unique()).reset_index().rename(columns={"relevance": "labels"})
    blocks += [
        table_html(wide.fillna(ABSENT), texts=("labels", "measure"), runs=list(table["run"].unique())),
        note(
            "Silhouette (-1 to 1, higher) and Davies-Bouldin (lower) say how well labels form clusters; alignment "
            "(lower) how close items of one label are; uniformity (lower) how evenly all are spread; hubness (0 is "
            "even) how unevenly items are found, 'most found' the share of queries that the greatest hub answers."
        ),
    ]
    return Section("space", "The space of embeddings", tuple(blocks))


def examples(measured: Measured, hits: Mapping[str, dict[str, HitRanks]], catalog: Catalog | None) -> Section:
    """Rows of pictures: where the best run succeeds and fails, and where it and the next differ most."""
    relevance, best = measured.relevances[0], measured.best_run

    def shown(run: str) -> Examples:
        found = measured.runs[run]
        return Examples(run, found, hits[run][relevance], found.values(relevance), catalog)

    first = shown(best)
    categories = first.found.query_items["category"].to_numpy(str)
    blocks = [paragraph(f"Relevant is {relevance_title(relevance)}; no two queries of one category in a list.")]
    if catalog is None:
        blocks.append(note("The pictures are not on the machine that wrote this report."))
    for title, is_worst in ((f"{best} at its best", False), (f"{best} at its worst", True)):
        rows = best_queries(first.values, categories, is_worst=is_worst)
        blocks += [heading(title), *(picture_row(query_line(first, row), query_tiles(first, row)) for row in rows)]
    for other in [name for name in measured.runs if name != best][:1]:
        second = shown(other)
        known = pd.Series(categories, index=first.values.index)
        for gainer, loser in ((first, second), (second, first)):
            ids = most_different(gainer.values, loser.values, known)
            blocks.append(heading(f"Where {gainer.run} is most above {loser.run}"))
            for item_id in ids[:2]:
                for one in (gainer, loser):
                    row = int(np.flatnonzero(one.values.index == item_id)[0])
                    blocks.append(picture_row(query_line(one, row), query_tiles(one, row)))
    return Section("examples", "Examples", tuple(blocks))


def definitions(measured: Measured) -> Section:
    """What each metric says and how it is worked out."""
    terms = "".join(
        f"<dt>{html.escape(text.title)}</dt><dd>{html.escape(text.says)} {html.escape(text.formula)} "
        f'<span class="note">({html.escape(text.source)})</span></dd>'
        for text in TEXTS.values()
    )
    said = paragraph(
        "All lie between 0 and 1, higher is better. A query with nothing relevant in the gallery has no value and is "
        "left out of the mean, which is why every mean has its count. Among equal scores the earlier item of the "
        "gallery comes first. Scores are cosines; a fusion's are sums of reciprocal ranks, as shares of the largest "
        "sum that is possible."
    )
    return Section("definitions", "Definitions", (said, f"<dl>{terms}</dl>"))
