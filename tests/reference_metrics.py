"""Slow, obvious second versions of metrics and statistics, one query and one loop at a time."""

import math
from collections.abc import Sequence

NAN = float("nan")


def precision(hits: Sequence[bool], n_relevant: int, k: int) -> float:
    """Hits among the first k, over k."""
    return NAN if n_relevant == 0 else sum(1 for hit in list(hits)[:k] if hit) / k


def hit_rate(hits: Sequence[bool], n_relevant: int, k: int) -> float:
    """1 if one of the first k hits."""
    return NAN if n_relevant == 0 else float(any(list(hits)[:k]))


def recall(hits: Sequence[bool], n_relevant: int, k: int) -> float:
    """Hits among the first k, over all that are relevant."""
    return NAN if n_relevant == 0 else sum(1 for hit in list(hits)[:k] if hit) / n_relevant


def average_precision(hits: Sequence[bool], n_relevant: int, k: int | None = None) -> float:
    """The mean of the precisions at each hit."""
    if n_relevant == 0:
        return NAN
    depth = len(hits) if k is None else min(k, len(hits))
    total = 0.0
    for rank in range(1, depth + 1):
        if hits[rank - 1]:
            total += precision(hits, n_relevant, rank)
    return total / (n_relevant if k is None else min(k, n_relevant))


def map_at_r(hits: Sequence[bool], n_relevant: int) -> float:
    """As pytorch-metric-learning writes `mean_average_precision_at_r` for one query."""
    if n_relevant == 0:
        return NAN
    first = list(hits)[:n_relevant]
    return sum(precision(hits, n_relevant, rank + 1) for rank, hit in enumerate(first) if hit) / n_relevant


def reciprocal_rank(hits: Sequence[bool], n_relevant: int) -> float:
    """1 over the rank of the first hit."""
    if n_relevant == 0:
        return NAN
    for rank, hit in enumerate(hits, 1):
        if hit:
            return 1 / rank
    return 0.0


def ndcg(hits: Sequence[bool], n_relevant: int, k: int) -> float:
    """The discounted gain, over that of the best ranking."""
    if n_relevant == 0:
        return NAN
    gain = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(list(hits)[:k], 1) if hit)
    return gain / sum(1 / math.log2(rank + 1) for rank in range(1, min(k, n_relevant) + 1))


def of_ranks(ranks: Sequence[int], longest: int, ks: Sequence[int]) -> dict[str, float]:
    """Every metric of one query, from the ranks of its relevant items in a ranking of `longest` places."""
    relevant, count = set(ranks), len(ranks)
    hits = [rank in relevant for rank in range(1, longest + 1)]
    values = {
        "AP": average_precision(hits, count),
        "MAP@R": map_at_r(hits, count),
        "RR": reciprocal_rank(hits, count),
    }
    at_k = {"P": precision, "R": hit_rate, "recall": recall, "nDCG": ndcg}
    return values | {f"{name}@{k}": metric(hits, count, k) for name, metric in at_k.items() for k in ks}


def holm(p_values: Sequence[float]) -> list[float]:
    """Step down: the smallest times m, the next times m - 1, never less than the one before."""
    corrected = [0.0] * len(p_values)
    reached = 0.0
    for step, place in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        reached = max(reached, (len(p_values) - step) * p_values[place])
        corrected[place] = min(1.0, reached)
    return corrected


def vote(labels: Sequence[str], k: int) -> str:
    """The most frequent of the first k; among equals the one that comes first."""
    voters = [label for label in list(labels)[:k] if label != ""]
    return max(voters, key=lambda label: (voters.count(label), -voters.index(label)), default="")
