"""The live query on the map: the photo of the Search page at the place where its neighbours are."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.index import Ranking
from core.maps.placing import place
from core.pipeline import Crop, Stopwatch, choose_crop, crop_pixels, embed_crop, find_garments
from core.retrieval import retrieve
from core.thumbnails import to_jpeg
from dashboard import resources
from dashboard.map_placed import PlacedMap
from dashboard.query_panel import CROP, PHOTO, asked_crop, is_all
from dashboard.query_photo import QueryPhoto, open_query_photo, sample_references

LAST = "last-search"
SHOWN = 12
PICTURE_PX = 120


@dataclass(frozen=True)
class PlacedQuery:
    """A photo on one or two maps.

    Attributes:
        label: Of the photo, for people.
        reason: Which part of it was searched.
        picture: The searched part as a data address.
        places: On each map, (2,) float32.
        rankings: By each map's encoder, of one query.
        catalog_rows: For each map, the catalogue rows of what was found, best first.
        milliseconds: Of placing alone, and of each step.
    """

    label: str
    reason: str
    picture: str
    places: list[np.ndarray]
    rankings: list[Ranking]
    catalog_rows: list[list[int]]
    milliseconds: dict[str, float]

    def on_pane(self, number: int) -> dict[str, Any]:
        """What the viewer draws on one of the maps."""
        place_on_map, rows = self.places[number], self.catalog_rows[number]
        return {"place": place_on_map.tolist(), "rows": rows, "picture": self.picture, "label": self.label}


def remember_search(catalog_name: str, encoder_names: Sequence[str]) -> None:
    """Keep what the Search page searches with, and offer to look at it on the map; stands on that page.

    Of several encoders the first two have a map each, beside each other.
    """
    asked = {PHOTO: st.query_params.get(PHOTO) or next(iter(sample_references()), "")}
    asked |= {CROP: st.query_params[CROP]} if CROP in st.query_params else {}
    asked |= {"catalog": catalog_name, **dict(zip(("encoder", "beside"), encoder_names, strict=False))}
    st.session_state[LAST] = asked
    if st.button("Show on the map", icon=":material/scatter_plot:", key="to-map", type="tertiary"):
        st.switch_page("views/map_view.py", query_params=asked)


def recall_search() -> None:
    """Opened without an address, the map shows what was searched last in this session: its address is taken on."""
    if not st.query_params and LAST in st.session_state:
        st.query_params.update(st.session_state[LAST])


def forget_query() -> None:
    """Take the photo off the map."""
    st.session_state.pop(LAST, None)
    st.query_params.pop(PHOTO, None)
    st.query_params.pop(CROP, None)


def place_query(maps: list[PlacedMap]) -> PlacedQuery | None:
    """The photo that the address names, placed on each map; None without one.

    Raises:
        ImageError, CatalogError, ArtifactError: It cannot be opened or searched.
    """
    reference = st.query_params.get(PHOTO)
    if not reference:
        return None
    watch = Stopwatch()
    query = open_query_photo(reference, watch)
    garments = find_garments(query.photo, resources.detector(), watch)
    crop = asked_crop(query, garments)
    if is_all(crop):
        crop = choose_crop(query.photo, garments, "auto")
    places, rankings, found = [], [], []
    for placed in maps:
        ranking, spot = _placed(query, crop, placed, watch)
        places.append(spot)
        rankings.append(ranking)
        found.append([int(row) for row in placed.catalog_rows[ranking.rows[0][ranking.rows[0] >= 0]]])
    picture = base64.b64encode(to_jpeg(crop_pixels(query.photo, crop), PICTURE_PX)).decode()
    return PlacedQuery(
        query.label, crop.reason, f"data:image/jpeg;base64,{picture}",
        places, rankings, found, watch.milliseconds,
    )  # fmt: skip


def _placed(query: QueryPhoto, crop: Crop, placed: PlacedMap, watch: Stopwatch) -> tuple[Ranking, np.ndarray]:
    made = placed.made
    encoder = resources.encoder(made.encoder_name)
    search_set = resources.search_set(made.catalog_name, made.encoder_name)
    embedding = embed_crop(query.photo, crop, encoder, watch)
    own_item = query.item_id if query.catalog_name == made.catalog_name else None
    with watch.step("search"):
        ranking = retrieve(search_set, embedding, SHOWN, query_item=own_item)
    with watch.step("place"):
        spot = place(made.points, ranking.rows, ranking.scores)[0]
    return ranking, spot
