"""What each metric is called and what it says, for pages, reports and tables."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MetricText:
    """A metric for people.

    Attributes:
        title: Short, as a column's head, such as "mAP".
        says: What it answers, one sentence.
        formula: How it is worked out for one query; the mean over queries is what is shown.
        source: Who defined it.
    """

    title: str
    says: str
    formula: str
    source: str


# By the name before @; "k" stands for the cut-off.
TEXTS = {
    "AP": MetricText(
        "mAP",
        "How high the relevant items stand in the full ranking of the gallery; the one number to look at first.",
        "The sum over the relevant items of P@(their rank), divided by the number of relevant items.",
        "Manning, Raghavan and Schütze 2008, 8.4",
    ),
    "MAP@R": MetricText(
        "MAP@R",
        "As mAP, but only the first R places count, R being the number of relevant items: stricter at the head.",
        "The sum over the hits among the first R places of P@(their rank), divided by R.",
        "Musgrave, Belongie and Lim, ECCV 2020",
    ),
    "RR": MetricText(
        "MRR",
        "How far one has to look for the first relevant item: 1 if it is the nearest, 0.5 if it is the second.",
        "1 / rank of the first relevant item.",
        "Voorhees, TREC-8 1999",
    ),
    "P": MetricText(
        "P@k",
        "The share of the first k results that are relevant: what a person sees on the page.",
        "Relevant items among the first k, divided by k.",
        "Manning, Raghavan and Schütze 2008, 8.4",
    ),
    "R": MetricText(
        "R@k",
        "Whether anything relevant is among the first k: the 'Recall@k' of fashion and metric-learning papers.",
        "1 if one of the first k is relevant, else 0.",
        "Jégou, Douze and Schmid, PAMI 2011",
    ),
    "recall": MetricText(
        "recall@k",
        "The share of all relevant items that are among the first k: the recall of information retrieval.",
        "Relevant items among the first k, divided by the number of relevant items.",
        "Manning, Raghavan and Schütze 2008, 8.3",
    ),
    "nDCG": MetricText(
        "nDCG@k",
        "As P@k, but a hit counts more the higher it stands; 1 if the head could not be better.",
        "The sum over the hits among the first k of 1 / log2(rank + 1), divided by the largest such sum possible.",
        "Järvelin and Kekäläinen, TOIS 2002",
    ),
}


def metric_text(metric: str) -> MetricText:
    """The text of a metric such as "AP" or "P@10", its cut-off filled in. Raises ValueError for an unknown one."""
    if metric in TEXTS:
        return TEXTS[metric]
    name, _, k = metric.partition("@")
    if name not in TEXTS or not k.isdecimal():
        raise ValueError(f"expected a metric of {', '.join(text.title for text in TEXTS.values())}, but got {metric!r}")
    text = TEXTS[name]
    return MetricText(_at(k, text.title), _at(k, text.says), _at(k, text.formula), text.source)


def metric_title(metric: str) -> str:
    """The short title of a metric: "mAP" for "AP", "P@10" for "P@10"."""
    return metric_text(metric).title


def relevance_title(relevance: str) -> str:
    """What counts as relevant, for people: "the same category and colour" for "category+colour"."""
    names = [column.replace("product_id", "product").replace("_", " ") for column in relevance.split("+")]
    return "the same " + " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _at(k: str, text: str) -> str:
    """A text with the cut-off filled in."""
    for words in ("@k", "first k", "divided by k"):
        text = text.replace(words, words[:-1] + k)
    return text
