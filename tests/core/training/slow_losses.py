"""The losses of pairs and triplets as a person would reckon them, one by one."""

import math

import numpy as np

from core.training.recipe import LossName


def mean_of_positive(values: list[float]) -> float:
    above = [value for value in values if value > 0]
    return sum(above) / len(above) if above else 0.0


def slow_triplets(rows: np.ndarray, labels: list[int]) -> float:
    """Semi-hard triplets, and for each anchor its hardest; margin 0.2 between Euclidean distances."""
    count = len(rows)
    far = [[float(np.linalg.norm(rows[one] - rows[other])) for other in range(count)] for one in range(count)]
    semihard, hardest = [], []
    for anchor in range(count):
        alike = [other for other in range(count) if other != anchor and labels[other] == labels[anchor]]
        unlike = [other for other in range(count) if labels[other] != labels[anchor]]
        for positive in alike:
            for negative in unlike:
                if 0 < far[anchor][negative] - far[anchor][positive] <= 0.2:
                    semihard.append(far[anchor][positive] - far[anchor][negative] + 0.2)
        if alike and unlike:
            worst = max(far[anchor][one] for one in alike) - min(far[anchor][one] for one in unlike)
            hardest.append(worst + 0.2)
    return mean_of_positive(semihard) + mean_of_positive(hardest)


def slow_contrastive(rows: np.ndarray, labels: list[int], is_cosine: bool) -> float:
    """Positives beyond distance 0 (below cosine 1) and negatives within 1 (above cosine 0.4) cost."""
    alike, unlike = [], []
    for one in range(len(rows)):
        for other in range(len(rows)):
            if one == other:
                continue
            cosine, distance = float(rows[one] @ rows[other]), float(np.linalg.norm(rows[one] - rows[other]))
            if labels[one] == labels[other]:
                alike.append(1 - cosine if is_cosine else distance)
            else:
                unlike.append(cosine - 0.4 if is_cosine else 1 - distance)
    return mean_of_positive(alike) + mean_of_positive(unlike)


def slow_sup_con(rows: np.ndarray, labels: list[int]) -> float:
    """For each anchor, the mean over its positives of minus the log of their share of all others, temperature 0.1."""
    terms = []
    for anchor in range(len(rows)):
        others = [other for other in range(len(rows)) if other != anchor]
        total = sum(math.exp(rows[anchor] @ rows[other] / 0.1) for other in others)
        shares = [math.exp(rows[anchor] @ rows[one] / 0.1) / total for one in others if labels[one] == labels[anchor]]
        if shares:
            terms.append(-sum(math.log(share) for share in shares) / len(shares))
    return sum(terms) / len(terms) if terms else 0.0


def slow_pairs(loss: LossName, rows: np.ndarray, labels: list[int]) -> float:
    if loss == "triplet":
        return slow_triplets(rows, labels)
    if loss == "sup-con":
        return slow_sup_con(rows, labels)
    return slow_contrastive(rows, labels, is_cosine=loss == "contrastive-cosine")
