"""Search: a photo, the garments in it, and the items of a catalogue that look like the chosen one."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import settings
from core.artifacts import ArtifactError
from core.building import demo_catalogs
from core.catalogs.registry import available_catalogs, catalog_spec
from core.encoders.registry import ENCODERS
from core.encoders.weights import how_to_get, weights_path
from core.pipeline import Crop, Stopwatch, answer, answer_garments
from dashboard import resources
from dashboard.components import bound_select, show_refusal
from dashboard.map_query import remember_search
from dashboard.query_panel import is_all, show_query, show_samples, show_upload
from dashboard.query_photo import QueryPhoto
from dashboard.result_panel import show_category, show_outfit, show_ranking, show_unbuilt
from detection.garments import Garments

COUNTS = (12, 24, 48, 96)
PER_GARMENT = 12
STYLE = """<style>
@media (min-width: 640px) {
  .st-key-query-panel { position: sticky; top: 4.25rem; max-height: calc(100vh - 5rem); overflow-y: auto; }
  .st-key-query-panel { padding-right: 4px; }
  [data-testid="stColumn"]:has(.st-key-query-panel) > div { height: 100%; }
}
[data-testid="stFileUploaderDropzoneInstructions"] { display: none; } /* the label says it, with our limit */
</style>"""


def main() -> None:
    st.html(STYLE)
    left, right = st.columns([4, 8], gap="large")
    with right:
        catalog_name, encoder_name, k, facet = show_controls()
    watch = Stopwatch()
    with left, st.container(key="query-panel"):
        show_upload()
        asked = show_query(watch)
        show_samples()
    with right:
        if asked is not None:
            show_results(*asked, catalog_name, encoder_name, k, facet, watch)


def show_controls() -> tuple[str, str, int, DeltaGenerator]:
    """Where to search, by which encoder, how many results, and the place for the category, known later."""
    titles = {spec.name: spec.title for spec in available_catalogs()} or {"studio": catalog_spec("studio").title}
    first = next((name for name in demo_catalogs() if name in titles), next(iter(titles)))
    encoders = {
        name: spec.title + ("" if weights_path(spec) else " (not on this machine)") for name, spec in ENCODERS.items()
    }
    where, by, facet, count = st.columns([4, 4, 4, 2])
    with where:
        catalog_name = bound_select("Catalogue", titles, first, "catalog")
    with by:
        encoder_name = bound_select("Encoder", encoders, settings.DEFAULT_ENCODER, "encoder")
    with count:
        k = bound_select("Results", {str(k): str(k) for k in COUNTS}, str(settings.DEFAULT_K), "k")
    return catalog_name, encoder_name, int(k), facet


def show_results(
    query: QueryPhoto,
    garments: Garments,
    crop: Crop,
    catalog_name: str,
    encoder_name: str,
    k: int,
    facet: DeltaGenerator,
    watch: Stopwatch,
) -> None:
    """The ranking, or the one click that makes it possible."""
    if weights_path(ENCODERS[encoder_name]) is None:
        st.info(
            f"{ENCODERS[encoder_name].title} is not on this machine. {how_to_get(ENCODERS[encoder_name])}",
            icon=":material/download:",
        )
        return
    try:
        with st.spinner("Loading catalogue and encoder"):
            search_set, encoder = resources.search_set(catalog_name, encoder_name), resources.encoder(encoder_name)
    except ArtifactError as error:
        show_unbuilt(catalog_name, encoder_name, error)
        return
    except (ValueError, OSError) as error:
        show_refusal(error)
        return
    remember_search(catalog_name, encoder_name)
    own_item = query.item_id if query.catalog_name == catalog_name else None
    if is_all(crop):
        show_outfit(
            answer_garments(query.photo, garments, encoder, search_set, PER_GARMENT, watch, query_item=own_item),
            search_set,
        )
        return
    with facet:
        narrowed, category = show_category(search_set)
    found = answer(
        query.photo, garments, crop, encoder, search_set, k, watch,
        query_item=own_item, narrowed_to=narrowed,
    )  # fmt: skip
    show_ranking(found, search_set, category)


main()
