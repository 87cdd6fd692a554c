"""The losses of embeddings by labels: a softmax over class centres, and pairs and triplets of a batch."""

from typing import Any

import torch
from pytorch_metric_learning import distances, losses, miners
from torch import Tensor, nn
from torch.nn import functional

from core.training.recipe import Objective

SOFTMAX_SCALE = 20.0
SOFTMAX_MARGIN = 0.15
TRIPLET_MARGIN = 0.2
SUP_CON_TEMPERATURE = 0.1
EUCLIDEAN_MARGINS = (0.0, 1.0)
COSINE_MARGINS = (1.0, 0.4)


class CosineSoftmax(nn.Module):
    """Softmax over the cosines to class centres with a margin (CosFace, arXiv:1801.09414), within each catalogue.

    'T-shirt' of one catalogue is no wrong answer for 'Tshirts' of another, so classes compete only within their own.
    """

    class_source: Tensor

    def __init__(self, dim: int, n_classes: int, class_source: Tensor) -> None:
        super().__init__()
        self.centres = nn.Parameter(torch.randn(n_classes, dim))
        self.register_buffer("class_source", class_source)

    def forward(self, embeddings: Tensor, labels: Tensor, source: Tensor) -> Tensor:
        """The mean loss, (), of embeddings (n, dim) by labels (n,), -1 unknown, and catalogues (n,)."""
        known = labels >= 0
        if not bool(known.any()):
            return embeddings.sum() * 0
        cosines = embeddings[known] @ functional.normalize(self.centres, dim=1).T
        true = functional.one_hot(labels[known], len(self.centres))
        logits = SOFTMAX_SCALE * (cosines - SOFTMAX_MARGIN * true)
        logits = logits.masked_fill(self.class_source[None] != source[known][:, None], float("-inf"))
        return functional.cross_entropy(logits, labels[known])


class PairTerm(nn.Module):
    """A loss on pairs or triplets of a batch, catalogue by catalogue; unknown labels take no part."""

    def __init__(self, objective: Objective) -> None:
        super().__init__()
        self.is_item = objective.label == "item"
        euclidean = distances.LpDistance(normalize_embeddings=True)
        self.miner: Any = None
        if objective.loss == "triplet":
            self.loss: Any = losses.TripletMarginLoss(TRIPLET_MARGIN, distance=euclidean)
            self.miner = miners.TripletMarginMiner(TRIPLET_MARGIN, "semihard", distance=euclidean)
            self.hardest: Any = miners.BatchHardMiner(distance=euclidean)
        elif objective.loss == "sup-con":
            # Khosla et al. 2020, arXiv:2004.11362. With one positive it is NT-Xent, but it takes no number for each
            # pair of pairs, of which 1,000 views have 1e9.
            self.loss = losses.SupConLoss(SUP_CON_TEMPERATURE)
        elif objective.loss == "contrastive":
            self.loss = losses.ContrastiveLoss(*EUCLIDEAN_MARGINS, distance=euclidean)
        else:
            self.loss = losses.ContrastiveLoss(*COSINE_MARGINS, distance=distances.CosineSimilarity())

    def forward(self, embeddings: Tensor, labels: Tensor, source: Tensor) -> Tensor:
        """The mean loss, (), of embeddings (n, dim) by labels (n,), -1 unknown, and catalogues (n,)."""
        total, count = embeddings.sum() * 0, 0
        # Items are told apart across catalogues too; kinds and colours mean something only within one.
        groups = [labels >= 0] if self.is_item else [(labels >= 0) & (source == one) for one in source.unique()]
        for rows in groups:
            if int(rows.sum()) > 1:
                total = total + int(rows.sum()) * self._of_group(embeddings[rows], labels[rows])
                count += int(rows.sum())
        return total / max(1, count)

    def _of_group(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        if self.miner is None:
            return self.loss(embeddings, labels)
        semihard = self.loss(embeddings, labels, self.miner(embeddings, labels))
        return semihard + self.loss(embeddings, labels, self.hardest(embeddings, labels))
