"""The chapters of a report on what quality costs and what changes it; None where that was not measured."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.evaluation.figures import quality_against_ms
from core.evaluation.metric_texts import metric_title, relevance_title
from core.evaluation.wording import chosen_rows, digits, interval, three, whole
from core.report.measured import Measured
from core.report.page import Section, figure_html, note, paragraph, table_html

Tables = Mapping[str, pd.DataFrame]


def costs(measured: Measured, tables: Tables) -> Section:
    """Quality against milliseconds, and size, time and memory of each run, measured in the same run."""
    relevance, cost = measured.relevances[0], tables["costs"]
    chosen = chosen_rows(tables["results"], relevance, "AP").dropna(subset=["query_ms"])
    shown = pd.DataFrame(
        {
            "run": cost["run"],
            "dimensions": cost["dim"].map(whole),
            "parameters, M": (cost["parameters"] / 1e6).map(digits),
            "weights, MB": (cost["weights_bytes"] / 1e6).map(digits),
            "index, MB": (cost["index_bytes"] / 1e6).map(digits),
            "gallery built in, s": cost["gallery_build_s"].map(whole),
            **{f"{step}, ms": cost[f"{step}_ms"].map(digits) for step in ("open", "detect", "encode", "search")},
            "a query, ms": cost["query_ms"].map(digits),
        }
    )
    threads = sorted({str(value) for value in tables["runs"]["threads"].dropna()})
    about = note(f"Median of single queries on the machine that measured, {' and '.join(threads) or '?'} threads.")
    blocks = [table_html(shown, texts=("run",)), about]
    if len(chosen):
        blocks.append(figure_html(quality_against_ms(chosen, relevance=relevance_title(relevance))))
    return Section("costs", "Quality against cost", tuple(blocks))


def crops(tables: Tables) -> Section | None:
    """The same queries as whole picture, detected garment and true box."""
    table = tables["crops"]
    if table.empty:
        return None
    names = {"none": "whole picture", "auto": "detected garment", "truth": "true box"}
    shown = pd.DataFrame({"run": table["run"], "what is searched": table["crop"].map(names)})
    for metric in ("AP", "P@1", "P@10"):
        if metric in table:
            shown[metric_title(metric)] = table[metric].map(three)
    shown["queries"] = table["queries"].map(whole)
    shown["cut out"] = table["with_box"].map(whole)
    for step in ("detect", "encode"):
        shown[f"{step}, ms"] = table[f"{step}_ms"].map(digits)
    shown["a query, ms"] = table["query_ms"].map(digits)
    blocks = [
        paragraph(
            "The same queries, as whole picture, as the detected garment and as the true box. Where a photo has "
            "several true boxes, the detected garment is the one that overlaps the query's own most, as a person "
            "would choose; where none does, the whole picture is searched."
        ),
        table_html(shown, texts=("run", "what is searched")),
    ]
    queries, photos = (int(table[name].iloc[0]) for name in ("queries", "photos"))
    if photos < queries:
        blocks.append(
            note(
                f"The {queries:,} queries come from {photos:,} photos: as whole pictures, those of one photo are one "
                "and the same question, asked several times with different answers wanted."
            )
        )
    return Section("crops", "What cropping brings", tuple(blocks))


def domains(tables: Tables) -> Section | None:
    """The same encoders on catalogues they have seen in training and on others."""
    table = tables["domains"]
    if table.empty:
        return None
    shown = pd.DataFrame(
        {
            "encoder": table["encoder"],
            "crop": table["crop"],
            "catalogue": table["catalog"],
            "in training": np.where(table["seen_in_training"], "seen", "never seen"),
            "mAP": [interval(row) for row in table.to_dict("records")],
            "queries": table["count"].map(whole),
        }
    )
    text = (
        "mAP by the same category on every catalogue the encoders were measured on. Catalogues differ in size and "
        "number of categories: compare encoders on one catalogue, not catalogues. NAME@CATALOGUE has adapted its "
        "batch normalisation to that catalogue's pictures, without labels."
    )
    return Section(
        "domains",
        "On other data",
        (paragraph(text), table_html(shown, texts=("encoder", "crop", "catalogue", "in training"))),
    )


def features(tables: Tables) -> Section | None:
    """What a PCA sweep tried on validation queries, and what it chose."""
    table = tables["pca_sweeps"]
    if table.empty:
        return None
    shown = pd.DataFrame(
        {
            "run": table["run"],
            "dimensions": ["without PCA" if dim == 0 else str(dim) for dim in table["dim"]],
            "mAP": table["AP"].map(three),
            "P@10": table["P@10"].map(three),
            "": np.where(table["chosen"], "chosen", ""),
        }
    )
    text = "The size is chosen on validation queries drawn from the training items; the reported queries take no part."
    return Section("features", "PCA sizes", (paragraph(text), table_html(shown, texts=("run", "dimensions", ""))))
