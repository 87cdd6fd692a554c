"""Several models answer the same crop: a column each, by rows of the catalogue, so that their items can be linked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.encoders.registry import encoder_spec
from core.encoders.spec import Encoder, EncoderError
from core.index import Ranking
from core.pipeline import Answer, Crop, Stopwatch, answer
from core.retrieval import SearchSet, retrieve
from core.side_by_side.fusion import fuse
from core.side_by_side.fusion_names import MOST_MEMBERS, is_fusion, member_names
from detection.garments import Garments
from detection.images import Photo

# Four encoders and a fusion of them.
MOST_MODELS = MOST_MEMBERS + 1


@dataclass(frozen=True)
class Column:
    """What one model found.

    Attributes:
        model: Name of an encoder, or of a fusion.
        ranking: Of one query, (1, k); its rows are rows of the catalogue.
        milliseconds: Of each step, as if no other model had been asked.
    """

    model: str
    ranking: Ranking
    milliseconds: dict[str, float]


@dataclass(frozen=True)
class Searched:
    """A gallery, and the encoder that has built it."""

    search_set: SearchSet
    encoder: Encoder

    def in_catalog(self, ranking: Ranking) -> Ranking:
        """The same ranking by rows of the catalogue."""
        rows = np.where(ranking.rows >= 0, self.search_set.catalog_rows[ranking.rows], -1)
        return Ranking(rows, ranking.scores)


def checked_models(models: Sequence[str]) -> list[str]:
    """The models, each once, in their order. Raises EncoderError for more than five, or for one that is unknown."""
    chosen = list(dict.fromkeys(models))
    if not 1 <= len(chosen) <= MOST_MODELS:
        raise EncoderError(f"expected 1 to {MOST_MODELS} models, but got {len(chosen)}.")
    for name in encoders_of(chosen):
        encoder_spec(name)
    return chosen


def encoders_of(models: Sequence[str]) -> list[str]:
    """The encoders that models need, each once, in their order. Raises EncoderError as `member_names`."""
    return list(dict.fromkeys(name for model in models for name in member_names(model)))


def answer_side_by_side(
    photo: Photo,
    garments: Garments,
    crop: Crop,
    models: Sequence[str],
    ready: Mapping[str, Searched],
    k: int,
    watch: Stopwatch,
    *,
    words: str = "",
    query_item: str | None = None,
    narrowed_to: np.ndarray | None = None,
) -> list[Column]:
    """One column a model. A fusion joins full rankings, as it does when it is evaluated, and is cut then.

    Args:
        photo: The query.
        garments: What was found in it.
        crop: The part that is searched.
        models: Encoders and fusions.
        ready: The encoders that they need, over galleries of one catalogue.
        k: Items a column, at least 1.
        watch: With the time of what all models share: opening and detecting.
        words: Added to the picture, as in `core.words`; every encoder must read text then.
        query_item: As in `retrieval.retrieve`.
        narrowed_to: (len(catalog),) bool, only these rows of the catalogue are found; None for all.

    Raises:
        EncoderError: There are words, and one of the encoders reads none.
    """
    answers: dict[str, Answer] = {}
    facets = {
        name: None if narrowed_to is None else narrowed_to[one.search_set.catalog_rows] for name, one in ready.items()
    }
    for name, one in ready.items():
        answers[name] = answer(
            photo, garments, crop, one.encoder, one.search_set, k, Stopwatch(),
            words=words, query_item=query_item, narrowed_to=facets[name],
        )  # fmt: skip
    columns = []
    for model in models:
        names = member_names(model)
        spent = dict(watch.milliseconds) | {"encode": sum(answers[name].milliseconds["encode"] for name in names)}
        if is_fusion(model):
            search = Stopwatch()
            with search.step("search"):
                ranking = _fused([(ready[name], answers[name], facets[name]) for name in names], k, query_item)
            spent |= search.milliseconds
        else:
            ranking = ready[model].in_catalog(answers[model].ranking)
            spent["search"] = answers[model].milliseconds["search"]
        columns.append(Column(model, ranking, spent))
    return columns


def _fused(members: Sequence[tuple[Searched, Answer, np.ndarray | None]], k: int, query_item: str | None) -> Ranking:
    rankings = []
    for one, found, facet in members:
        depth = max(1, int(one.search_set.searched.sum()))
        ranking = retrieve(one.search_set, found.embedding[None], depth, query_item=query_item, narrowed_to=facet)
        rankings.append(one.in_catalog(ranking))
    return fuse(rankings, len(members[0][0].search_set.catalog), k)
