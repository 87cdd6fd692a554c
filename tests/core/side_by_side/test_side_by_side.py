"""Several models answer one crop: each as if alone, the fusion as two slow rankings give it, JSON for programs."""

from pathlib import Path

import numpy as np
import pytest

from core.encoders.spec import EncoderError
from core.index import Ranking
from core.pipeline import Stopwatch, answer, choose_crop
from core.side_by_side.answer_record import agreement_record, answer_record
from core.side_by_side.columns import Column, Searched, answer_side_by_side, checked_models, encoders_of
from detection.garments import Garments
from detection.images import Photo, open_photo
from tests.core.side_by_side.test_fusion import slow_fusion
from tests.side_by_side_catalog import FIRST, FUSION, SECOND, draw_and_build


@pytest.fixture
def ready(artifacts: Path, data_root: Path) -> dict[str, Searched]:
    return draw_and_build(data_root)


@pytest.fixture
def photo(ready: dict[str, Searched]) -> Photo:
    return open_photo(ready[FIRST].search_set.catalog.root / "dress" / "1.png", max_side=256)


def found_by(ready: dict[str, Searched], photo: Photo, models: list[str], k: int, **options: object) -> list[list[int]]:
    crop = choose_crop(photo, Garments.empty(), "none")
    columns = answer_side_by_side(photo, Garments.empty(), crop, models, ready, k, Stopwatch(), **options)
    assert [column.model for column in columns] == models
    return [column.ranking.rows[0].tolist() for column in columns]


def test_each_encoder_answers_as_if_alone(ready: dict[str, Searched], photo: Photo) -> None:
    crop = choose_crop(photo, Garments.empty(), "none")
    columns = found_by(ready, photo, [FIRST, SECOND], 5)
    for model, rows in zip((FIRST, SECOND), columns, strict=True):
        one = ready[model]
        alone = answer(photo, Garments.empty(), crop, one.encoder, one.search_set, 5, Stopwatch())
        assert rows == one.search_set.catalog_rows[alone.ranking.rows[0]].tolist()
    assert columns[0] != columns[1]


@pytest.mark.parametrize("k", [1, 5, 11, 20])
def test_a_fusion_joins_full_rankings_and_is_cut_then(ready: dict[str, Searched], photo: Photo, k: int) -> None:
    n_items = len(ready[FIRST].search_set.catalog)
    full = found_by(ready, photo, [FIRST, SECOND], n_items)
    rows, _ = slow_fusion(full, n_items, k)
    assert found_by(ready, photo, [FUSION], k)[0] == rows + [-1] * (k - len(rows))


def test_facets_and_the_query_itself_hold_for_every_model(ready: dict[str, Searched], photo: Photo) -> None:
    catalog = ready[FIRST].search_set.catalog
    is_dress = catalog.items["category"].to_numpy(str) == "dress"
    columns = found_by(ready, photo, [FIRST, SECOND, FUSION], 6, query_item="dress/1.png", narrowed_to=is_dress)
    others = {row for row in np.flatnonzero(is_dress).tolist() if catalog.items["item_id"][row] != "dress/1.png"}
    for rows in columns:
        assert {row for row in rows if row >= 0} == others
        assert rows.count(-1) == 6 - len(others)


def test_each_column_has_the_time_it_would_take_alone(ready: dict[str, Searched], photo: Photo) -> None:
    watch = Stopwatch()
    watch.milliseconds.update({"open": 3.0, "detect": 20.0})
    crop = choose_crop(photo, Garments.empty(), "none")
    models = [FIRST, SECOND, FUSION]
    first, second, fused = answer_side_by_side(photo, Garments.empty(), crop, models, ready, 3, watch)
    for column in (first, second, fused):
        assert list(column.milliseconds) == ["open", "detect", "encode", "search"]
        assert (column.milliseconds["open"], column.milliseconds["detect"]) == (3.0, 20.0)
    both = first.milliseconds["encode"] + second.milliseconds["encode"]
    assert fused.milliseconds["encode"] == pytest.approx(both)
    assert watch.milliseconds == {"open": 3.0, "detect": 20.0}


def test_models_are_checked_before_anything_is_loaded() -> None:
    assert encoders_of([FIRST, FUSION]) == [FIRST, SECOND]
    assert checked_models([SECOND, FIRST, SECOND, FUSION]) == [SECOND, FIRST, FUSION]
    with pytest.raises(EncoderError, match="nobody"):
        checked_models([FIRST, f"fusion:{FIRST}+nobody"])
    with pytest.raises(EncoderError, match="2 to 4"):
        checked_models(["fusion:"])
    for count in (0, 6):
        with pytest.raises(EncoderError, match="1 to 5 models"):
            checked_models([f"model {number}" for number in range(count)])


def test_one_model_is_told_flat_and_several_by_name_with_their_agreement(
    ready: dict[str, Searched], photo: Photo
) -> None:
    catalog, crop = ready[FIRST].search_set.catalog, choose_crop(photo, Garments.empty(), "none")
    columns = answer_side_by_side(photo, Garments.empty(), crop, [FIRST, SECOND, FUSION], ready, 4, Stopwatch())
    alone = answer_record(Garments.empty(), crop, columns[2:], catalog)
    assert set(alone) == {"garments", "crop", "crop_reason", "results", "milliseconds"}
    together = answer_record(Garments.empty(), crop, columns, catalog)
    assert [one["model"] for one in together["models"]] == [FIRST, SECOND, FUSION]
    assert together["models"][2]["results"] == alone["results"]
    agreement = together["agreement"]
    assert [(pair["first"], pair["second"]) for pair in agreement["rank_biased_overlap"]] == [(FIRST, SECOND)]
    assert 0 < agreement["rank_biased_overlap"][0]["value"] < 1
    first, second = (set(column.ranking.rows[0].tolist()) for column in columns[:2])
    assert [one["count"] for one in agreement["found_alone"]] == [len(first - second), len(second - first)]
    assert (agreement["found_by_all"], agreement["found"]) == (len(first & second), len(first | second))


def test_agreement_of_nothing_found_is_null_and_of_one_encoder_there_is_none() -> None:
    nothing = Ranking(np.full((1, 2), -1, np.int64), np.full((1, 2), np.nan, np.float32))
    columns = [Column(name, nothing, {}) for name in ("a", "b", "fusion:a+b")]
    record = agreement_record(columns)
    assert record is not None
    assert record["rank_biased_overlap"][0]["value"] is None
    assert (record["found"], record["found_by_all"]) == (0, 0)
    assert agreement_record(columns[1:]) is None
