"""Why did this match: the searched part and a result beside each other, under heat maps of what makes them alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import streamlit as st
from PIL import Image

from core.catalogs.catalog import Catalog
from core.encoders.registry import encoder_spec
from core.explaining.explain import Explainer, Explanation, average_item, explain, load_explainer
from core.explaining.picture import OPACITY, draw_heat
from core.items import item_pixels
from dashboard import resources
from dashboard.components import show_item_grid, show_refusal
from dashboard.item_tiles import catalog_tile

SHOWN = 48
PICTURE_PX = 400
# Session: the result that is looked at, by its reference.
CHOSEN = "why-item"
ABOUT = {
    "places": "The score is a sum over places of the network's last feature map: this is what each adds.",
    "attention": "This is what attention takes from each place, in all layers; what the network makes of it in between "
    "has no place.",
    "covering": "Place after place was covered: this is what the score lost. A cover is something to see, too, so "
    "take it as a rough guide.",
}
# Beside each other on a phone too: they are there to be compared.
STYLE = """<style>
.st-key-why-pictures [data-testid="stHorizontalBlock"] { flex-wrap: nowrap; }
.st-key-why-pictures [data-testid="stColumn"] { min-width: 0; flex: 1 1 0; }
</style>"""


@dataclass(frozen=True)
class Matches:
    """What an encoder found for a query.

    Attributes:
        encoder: Its name.
        rows: Catalogue rows, best first, none below 0.
        query: Gives the part of the query that was searched, (h, w, 3) uint8 RGB; called once the person asks.
    """

    encoder: str
    rows: Sequence[int]
    query: Callable[[], np.ndarray]


def offer_why(catalog_name: str, found: Sequence[Matches]) -> None:
    """The button that opens the explanation of any result of one or more encoders; none where nothing was found."""
    found = [matches for matches in found if len(matches.rows)]
    if found and st.button("Why did this match", icon=":material/ink_highlighter:", type="tertiary", key="why"):
        st.session_state.pop(CHOSEN, None)
        show_why(catalog_name, found)


@st.dialog("Why did this match", width="medium")
def show_why(catalog_name: str, found: Sequence[Matches]) -> None:
    """A strip of results to choose from; under it both pictures with their maps, and what these say."""
    matches = found[0] if len(found) == 1 else choose_encoder(found)
    catalog = resources.catalog(catalog_name)
    place = choose_result(catalog, matches.rows)
    item = catalog.items.iloc[matches.rows[place]]
    try:
        with st.spinner("Comparing the two pictures"):
            query = matches.query()
            pictures, why = explained(catalog_name, matches.encoder, item["item_id"], query.shape, query.tobytes())
    except (ValueError, OSError) as error:
        show_refusal(error)
        return
    st.markdown(why_words(why))
    captions = ("What was searched", f"Rank {place + 1}: {item['title'] or item['item_id']}")
    st.html(STYLE)
    shown = st.container(key="why-pictures")
    opacity = st.slider("Heat map over the pictures, %", 0, 100, round(100 * OPACITY), 5, key="why-opacity") / 100
    for column, picture, heat, caption in zip(shown.columns(2), pictures, why.maps, captions, strict=True):
        column.image(draw_heat(picture, heat, opacity), caption=caption)
    st.caption(trust_words(why))


def choose_encoder(found: Sequence[Matches]) -> Matches:
    """Whose match is explained, where several encoders answer."""
    by_name = {matches.encoder: matches for matches in found}
    chosen = st.segmented_control(
        "Encoder",
        list(by_name),
        format_func=lambda name: encoder_spec(name).title,
        default=found[0].encoder,
        required=True,
    )
    return by_name[chosen]


def choose_result(catalog: Catalog, rows: Sequence[int]) -> int:
    """The place in the ranking, from 0, of the result that is looked at; the first one until another is chosen."""
    tiles = [catalog_tile(catalog, row) for row in rows[:SHOWN]]
    keys = [tile["key"] for tile in tiles]
    chosen = st.session_state.get(CHOSEN)
    place = keys.index(chosen) if chosen in keys else 0

    def choose(key: str) -> None:
        st.session_state[CHOSEN] = key

    show_item_grid(
        [
            {name: tile[name] for name in ("key", "src", "alt", "blank", "fill")} | {"is_current": number == place}
            for number, tile in enumerate(tiles)
        ],
        key="why-results",
        label="Results, best first",
        action="Explain",
        on_click=choose,
        tile_px=64,
        is_strip=True,
    )
    return place


@lru_cache(8)
def explained(
    catalog_name: str, encoder: str, item_id: str, shape: tuple[int, ...], query: bytes
) -> tuple[tuple[np.ndarray, np.ndarray], Explanation]:
    """Why an item matches a query: both pictures at the size shown, and their maps in that size.

    Args:
        catalog_name: Of the item.
        encoder: Its name; the catalogue is built for it.
        item_id: The result.
        shape: Of the query's pixels, (h, w, 3).
        query: These, uint8 RGB.

    Raises:
        ImageError, CatalogError, ArtifactError, EncoderError: A picture, the gallery or the weights are gone.
    """
    search_set = resources.search_set(catalog_name, encoder)
    catalog = search_set.catalog
    item = item_pixels(catalog, catalog.row_of(item_id), max_side=encoder_spec(encoder).side_px)  # as it was built
    asked = np.frombuffer(query, np.uint8).reshape(shape)
    why = explain(asked, item, _explainer(encoder), average_item(search_set))
    first, second = (_at_size_shown(picture, heat) for picture, heat in zip((asked, item), why.maps, strict=True))
    return (first[0], second[0]), replace(why, maps=(first[1], second[1]))


@lru_cache(2)
def _explainer(encoder: str) -> Explainer:
    return load_explainer(encoder)


def _at_size_shown(picture: np.ndarray, heat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    height, width = heat.shape
    scale = PICTURE_PX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    drawn, laid = (Image.fromarray(one).resize(size, Image.Resampling.BICUBIC) for one in (picture, heat))
    return np.asarray(drawn), np.asarray(laid).clip(0, 1)


def why_words(why: Explanation) -> str:
    """What the maps show, in a sentence."""
    return (
        f"Score **{why.score:.2f}**. The brighter a place, the more it makes the two alike beyond what all items here "
        "have in common; each picture has a scale of its own."
    )


def trust_words(why: Explanation) -> str:
    """How the maps were made, and how far to trust them."""
    text = f"{ABOUT[why.method]} Places are coarse, and the network looks a little beyond each."
    if why.shares is None:
        return text
    first, second = (f"{share:.0%}" for share in why.shares)
    return f"{text} Those inside the pictures add up to {first} of what is shown on the left, {second} on the right."
