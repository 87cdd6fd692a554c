"""Retrieval and unsupervised metrics of a network on the items kept back to choose by."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from core.evaluation.full_ranking import full_rankings, hits_of
from core.evaluation.metrics import metric_table
from core.evaluation.unsupervised import cluster_scores
from core.training.compiled import Compiled
from core.training.labels import category_and_colour, labels_of
from core.training.starting import Tokenize, Trainee
from core.training.training_set import TrainingSet
from core.training.views import HARD, draw_views, plain_views, render_views

BATCH = 64
GALLERY_SEED = 11
VIEW_SEED = 12
KS = (1, 10)
# The catalogue whose titles describe a product; those of the others are made of its class.
TITLED = "fashion-products"


@dataclass(frozen=True)
class Validation:
    """Who asks and who answers; all are rows of the training set.

    Attributes:
        queries: (v,) int64, never trained on.
        gallery: (g,) int64, a sample of what is trained on.
    """

    queries: np.ndarray
    gallery: np.ndarray


def draw_validation(training_set: TrainingSet, gallery_size: int) -> Validation:
    """All validation items against a seeded sample of training items, so that an epoch's check stays short."""
    rows = training_set.train_rows
    chance = np.random.default_rng(GALLERY_SEED)
    gallery = np.sort(chance.choice(rows, min(gallery_size, len(rows)), replace=False))
    return Validation(training_set.validation_rows, gallery)


def embed_rows(
    trainee: Trainee, training_set: TrainingSet, rows: np.ndarray, side: int, hard: bool, run: Compiled | None = None
) -> np.ndarray:
    """(n, dim) float32, unit length: the plain pictures, or a hard view of each, the same at every call.

    `run` gives the features, as `compiled_looks` does for all looks of a model; without it torch takes one look.
    """
    trainee.eval()
    draws, blocks = draw_views(len(rows), VIEW_SEED), []
    with torch.inference_mode():
        for start in range(0, len(rows), BATCH):
            part = slice(start, start + BATCH)
            squares = torch.from_numpy(training_set.squares[rows[part]])
            pixels = render_views(squares, draws[part], side, HARD) if hard else plain_views(squares, side)
            features = trainee.features(pixels) if run is None else torch.from_numpy(run(pixels)[0])
            blocks.append(trainee.image.parts(trainee.image.head(features)).numpy())
    return np.concatenate(blocks)


def validate(
    trainee: Trainee, training_set: TrainingSet, who: Validation, side: int, tokenize: Tokenize | None = None
) -> dict[str, float]:
    """Metric -> value, each in [0, 1] but for the unsupervised ones.

    `<catalogue> category mAP` and so on by catalogue; `same item` is the share of hard views whose nearest neighbour,
    among all of `who`, is the picture they are of; `score`, the mean of what is searched for, is what is maximised.
    """
    asked = embed_rows(trainee, training_set, who.queries, side, hard=False)
    searched = embed_rows(trainee, training_set, who.gallery, side, hard=False)
    hard = embed_rows(trainee, training_set, who.queries, side, hard=True)
    found = _by_catalog(training_set.items, who, asked, searched)
    everyone = np.concatenate([asked, searched])
    if tokenize is not None:
        found |= _titles(trainee, training_set.items, who, everyone, tokenize)
    nearest = (hard @ everyone.T).argmax(1)
    is_own = nearest == np.arange(len(hard))
    found["same item"] = float(is_own.mean())
    sources = training_set.items["source"].to_numpy(str)[who.queries]
    found |= {f"{source} same item": float(is_own[sources == source].mean()) for source in sorted(set(sources))}
    keys = labels_of(training_set.items).category[who.gallery]
    found |= {name: float(value) for name, value in cluster_scores(searched, keys).items() if value is not None}
    found["score"] = score_of(found)
    return found


def score_of(found: Mapping[str, float]) -> float:
    """The mean over the three questions of a search: what kind, which kind and colour, which product.

    The first two are mean APs, each over the catalogues that know; the third is the share of hard views that find
    their own picture. Each question counts alike, however many catalogues answer it.
    """
    kinds = [value for name, value in found.items() if name.endswith(" category mAP")]
    colours = [value for name, value in found.items() if name.endswith(" category+colour mAP")]
    questions = [kinds, colours, [found["same item"]]]
    return float(np.mean([np.mean(values) for values in questions if values]))


def _titles(
    trainee: Trainee, items: pd.DataFrame, who: Validation, everyone: np.ndarray, tokenize: Tokenize
) -> dict[str, float]:
    """The share of titles of validation items whose own photo is the first, or among the first 10, of everyone's."""
    titles = items["title"].to_numpy(str)[who.queries]
    asking = np.flatnonzero((titles != "") & (items["source"].to_numpy(str)[who.queries] == TITLED))
    if len(asking) == 0:
        return {}
    with torch.inference_mode():
        tokens = tokenize(titles[asking].tolist())
        texts = trainee.image.parts(trainee.clip.encode_text(tokens)).numpy()
    scores = texts @ everyone.T
    rank = (scores > scores[np.arange(len(asking)), asking][:, None]).sum(1)
    return {f"title to photo R@{k}": float((rank < k).mean()) for k in KS}


def _by_catalog(items: pd.DataFrame, who: Validation, asked: np.ndarray, searched: np.ndarray) -> dict[str, float]:
    found: dict[str, float] = {}
    sources = items["source"].to_numpy(str)
    for source in sorted(set(sources[who.queries])):
        mine, theirs = sources[who.queries] == source, sources[who.gallery] == source
        for name, keys in category_and_colour(items).items():
            if not theirs.any():
                continue
            groups = np.arange(len(items))
            _, ranking = next(
                full_rankings(asked[mine], searched[theirs], groups[who.queries[mine]], groups[who.gallery[theirs]])
            )
            hits = hits_of(ranking, keys[who.queries[mine]], keys[who.gallery[theirs]])
            if not hits.any():  # nobody's label is known, or none is found in the sample
                continue
            table = metric_table(hits, hits.sum(1), KS)
            for metric, title in (("AP", "mAP"), ("P@1", "P@1"), ("P@10", "P@10"), ("MAP@R", "MAP@R")):
                found[f"{source} {name} {title}"] = float(np.nanmean(table[metric]))
    return found
