"""Retrieval metrics as pure functions on (hits per rank, number of relevant items); one value a query, no averages."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def precision_at_k(hits: np.ndarray, n_relevant: np.ndarray, k: int) -> np.ndarray:
    """P@k: share of the first k places that hold a relevant item, hits(k) / k (Manning et al. 2008, 8.4).

    Places beyond the end of the ranking count as misses: the divisor is k also where the gallery holds fewer.

    Args:
        hits: (q, n) bool, whether the item at rank 1..n is relevant; False where the ranking has ended.
        n_relevant: (q,) int, relevant items in the gallery, found or not.
        k: At least 1.

    Returns:
        (q,) float64 in [0, 1]; NaN where nothing is relevant.

    >>> precision_at_k(np.array([[True, False, True, False]]), np.array([2]), 4).tolist()
    [0.5]
    """
    _check(hits, n_relevant, k)
    return _or_nan(hits[:, :k].sum(axis=1) / k, n_relevant)


def hit_rate_at_k(hits: np.ndarray, n_relevant: np.ndarray, k: int) -> np.ndarray:
    """R@k of fashion and metric-learning papers: 1 if any of the first k is relevant, else 0 (Jegou et al. 2011).

    Arguments and result as in `precision_at_k`; every value is 0, 1 or NaN.

    >>> hit_rate_at_k(np.array([[False, True], [False, False]]), np.array([5, 1]), 2).tolist()
    [1.0, 0.0]
    """
    _check(hits, n_relevant, k)
    return _or_nan(hits[:, :k].any(axis=1), n_relevant)


def recall_at_k(hits: np.ndarray, n_relevant: np.ndarray, k: int) -> np.ndarray:
    """Recall@k of information retrieval: share of the relevant items in the first k (Manning et al. 2008, 8.3).

    Arguments and result as in `precision_at_k`.

    >>> recall_at_k(np.array([[True, False, True]]), np.array([4]), 3).tolist()
    [0.5]
    """
    _check(hits, n_relevant, k)
    return _or_nan(_divided(hits[:, :k].sum(axis=1), n_relevant), n_relevant)


def average_precision(hits: np.ndarray, n_relevant: np.ndarray, k: int | None = None) -> np.ndarray:
    """AP: sum over the relevant ranks i of P@i, over the number relevant (Manning et al. 2008, 8.4).

    With a cut-off k only ranks up to k count, and the divisor is min(k, relevant), so that 1 can be reached.

    Args:
        hits: As in `precision_at_k`; without k the full ranking, which holds every relevant item.
        n_relevant: As in `precision_at_k`.
        k: Cut-off, at least 1; None for none.

    Returns:
        (q,) float64 in [0, 1]; NaN where nothing is relevant.

    Raises:
        ValueError: Without k the ranking lacks relevant items, so it is not the full one.

    >>> average_precision(np.array([[True, False, True]]), np.array([4]), k=3).round(3).tolist()
    [0.556]
    """
    _check(hits, n_relevant, 1 if k is None else k)
    if k is None and (hits.sum(axis=1) != n_relevant).any():
        raise ValueError("expected full rankings, which hold every relevant item, but some are missing; or give a k")
    divisor = n_relevant if k is None else np.minimum(n_relevant, k)
    return _or_nan(_divided(_precision_at_hits(hits[:, :k]).sum(axis=1), divisor), n_relevant)


def map_at_r(hits: np.ndarray, n_relevant: np.ndarray) -> np.ndarray:
    """MAP@R: sum over the relevant ranks i <= R of P@i, over R, with R = relevant items of the query.

    Musgrave et al. 2020, A Metric Learning Reality Check, section 3.2 (arXiv 2003.08505). Arguments and result as in
    `precision_at_k`; the ranking must reach to rank R.

    Raises:
        ValueError: The ranking is shorter than R.

    >>> map_at_r(np.array([[True, False, True]]), np.array([2])).tolist()
    [0.5]
    """
    _check(hits, n_relevant, 1)
    if len(n_relevant) and n_relevant.max() > hits.shape[1]:
        raise ValueError(f"expected rankings down to rank {n_relevant.max()}, but got {hits.shape[1]} ranks")
    within = np.arange(1, hits.shape[1] + 1) <= n_relevant[:, None]
    return _or_nan(_divided(_precision_at_hits(hits & within).sum(axis=1), n_relevant), n_relevant)


def reciprocal_rank(hits: np.ndarray, n_relevant: np.ndarray) -> np.ndarray:
    """RR: 1 / rank of the first relevant item, 0 if the ranking has none (Voorhees 1999, TREC-8).

    Arguments and result as in `precision_at_k`.

    >>> reciprocal_rank(np.array([[False, True], [False, False]]), np.array([1, 0])).tolist()
    [0.5, nan]
    """
    _check(hits, n_relevant, 1)
    if hits.shape[1] == 0:
        return _or_nan(np.zeros(len(hits)), n_relevant)
    return _or_nan(hits.any(axis=1) / (hits.argmax(axis=1) + 1), n_relevant)


def ndcg_at_k(hits: np.ndarray, n_relevant: np.ndarray, k: int) -> np.ndarray:
    """nDCG@k with gains 0 and 1: sum over hits of 1 / log2(rank + 1), over the best such sum that was possible.

    Jarvelin and Kekalainen 2002; the best has min(k, relevant) hits at its head. Arguments and result as in
    `precision_at_k`.

    >>> ndcg_at_k(np.array([[False, True]]), np.array([1]), 2).round(4).tolist()
    [0.6309]
    """
    _check(hits, n_relevant, k)
    discounts = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate([[0.0], discounts.cumsum()])[np.minimum(n_relevant, k)]
    # The two sums round differently: a perfect ranking must not come out above 1.
    return _or_nan(np.minimum(1, _divided(hits[:, :k] @ discounts[: hits.shape[1]], ideal)), n_relevant)


def metric_names(ks: Sequence[int]) -> list[str]:
    """Keys of `metric_table`, in its order."""
    at_k = [f"{name}@{k}" for name in ("P", "R", "recall", "nDCG") for k in ks]
    return ["AP", "MAP@R", "RR", *at_k]


def metric_table(hits: np.ndarray, n_relevant: np.ndarray, ks: Sequence[int]) -> dict[str, np.ndarray]:
    """All metrics of full rankings: name -> (q,) float64, NaN where nothing is relevant; R@k is the hit rate."""
    at_k = {"P": precision_at_k, "R": hit_rate_at_k, "recall": recall_at_k, "nDCG": ndcg_at_k}
    table = {
        "AP": average_precision(hits, n_relevant),
        "MAP@R": map_at_r(hits, n_relevant),
        "RR": reciprocal_rank(hits, n_relevant),
    }
    return table | {f"{name}@{k}": metric(hits, n_relevant, k) for name, metric in at_k.items() for k in ks}


def _precision_at_hits(hits: np.ndarray) -> np.ndarray:
    """(q, n) float64: P@i where rank i is a hit, else 0."""
    return np.where(hits, hits.cumsum(axis=1, dtype=np.int32) / np.arange(1, hits.shape[1] + 1), 0.0)


def _divided(values: np.ndarray, divisors: np.ndarray) -> np.ndarray:
    return values / np.where(divisors == 0, 1, divisors)


def _or_nan(values: npt.ArrayLike, n_relevant: np.ndarray) -> np.ndarray:
    return np.where(n_relevant > 0, values, np.nan)


def _check(hits: np.ndarray, n_relevant: np.ndarray, k: int) -> None:
    if hits.ndim != 2 or hits.dtype != np.bool_ or n_relevant.shape != (len(hits),):
        raise ValueError(
            f"expected hits (q, n) bool and n_relevant (q,), but got {hits.shape} {hits.dtype} and {n_relevant.shape}"
        )
    if n_relevant.dtype.kind not in "iu" or (hits.sum(axis=1) > n_relevant).any():
        raise ValueError("expected n_relevant as whole numbers, at least the hits of each ranking")
    if k < 1:
        raise ValueError(f"expected a k of at least 1, but got {k}")
