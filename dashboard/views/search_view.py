"""Search: a photo, the garments in it, and the items of a catalogue that look like the chosen one."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import settings
from core.artifacts import ArtifactError
from core.building import demo_catalogs
from core.catalogs.registry import available_catalogs, catalog_spec
from core.encoders.registry import ENCODERS
from core.encoders.weights import how_to_get, weights_path
from core.pipeline import Crop, Stopwatch, answer_garments, choose_crop, crop_pixels
from core.side_by_side.columns import Column, Searched, answer_side_by_side, encoders_of
from core.side_by_side.fusion_names import is_fusion, member_names
from dashboard import resources
from dashboard.column_panel import agreement_words, show_columns, show_definitions
from dashboard.components import bound_select, show_refusal
from dashboard.map_query import remember_search
from dashboard.model_choice import (
    asked_encoders,
    asked_models,
    choose_encoder,
    choose_encoders,
    show_compare_button,
)
from dashboard.query_panel import is_all, show_query, show_samples, show_upload
from dashboard.query_photo import QueryPhoto
from dashboard.query_words import show_words, words_added
from dashboard.result_panel import (
    show_category,
    show_garment_name,
    show_nothing,
    show_outfit,
    show_ranking,
    show_unbuilt,
)
from dashboard.why_panel import Matches, offer_why
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
        catalog_name, models, k, facet = show_controls()
    watch = Stopwatch()
    with left, st.container(key="query-panel"):
        show_upload()
        asked = show_query(watch)
        show_samples()
    with right:
        if asked is not None:
            show_results(*asked, catalog_name, models, k, facet, watch)


def show_controls() -> tuple[str, list[str], int, DeltaGenerator]:
    """Where to search, by which models, how many results, and the place for the category, known later."""
    titles = {spec.name: spec.title for spec in available_catalogs()} or {"studio": catalog_spec("studio").title}
    first = next((name for name in demo_catalogs() if name in titles), next(iter(titles)))
    encoders, is_fused = asked_encoders(), False
    if len(encoders) == 1:
        where, by, facet, count = st.columns([4, 4, 4, 2])
        with by:
            choose_encoder(encoders[0])
    else:
        where, facet, count = st.columns([5, 6, 3])
        is_fused = choose_encoders(encoders)
    with where:
        catalog_name = bound_select("Catalogue", titles, first, "catalog")
    with count:
        k = bound_select("Results", {str(k): str(k) for k in COUNTS}, str(settings.DEFAULT_K), "k")
    return catalog_name, asked_models(encoders, is_fused), int(k), facet


def show_results(
    query: QueryPhoto,
    garments: Garments,
    crop: Crop,
    catalog_name: str,
    models: list[str],
    k: int,
    facet: DeltaGenerator,
    watch: Stopwatch,
) -> None:
    """What the models found, or the one click that makes it possible."""
    ready = load_models(catalog_name, encoders_of(models))
    is_alone = len(models) == 1
    models = [model for model in models if all(name in ready for name in member_names(model))]
    if not models:
        return
    first = ready[models[0]]
    words = "" if is_all(crop) else show_words(one.encoder for one in ready.values())
    tools = st.container(horizontal=True)
    with tools:
        remember_search(catalog_name, [model for model in models if not is_fusion(model)])
        if is_alone:
            show_compare_button(catalog_name, models[0])
        else:
            show_definitions()
    own_item = query.item_id if query.catalog_name == catalog_name else None
    if is_all(crop) and len(models) == 1:
        found = answer_garments(
            query.photo, garments, first.encoder, first.search_set, PER_GARMENT, watch, query_item=own_item
        )
        show_outfit(found, first)
        return
    if is_all(crop):
        show_outfit_side_by_side(query, garments, models, ready, watch, own_item)
        return
    with facet:
        narrowed, category = show_category(first.search_set)
    columns = answer_side_by_side(
        query.photo, garments, crop, models, ready, k, watch, words=words, query_item=own_item, narrowed_to=narrowed
    )
    if not words:  # what words bring to a match has no place in a picture
        with tools:
            offer_why(
                catalog_name, [matches_of(column, query, crop) for column in columns if not is_fusion(column.model)]
            )
    if len(columns) == 1:
        show_ranking(columns[0], words_added(crop.reason, words), first.search_set, category)
        return
    if all((column.ranking.rows < 0).all() for column in columns):
        show_nothing(category)
        return
    n_searched = int(first.search_set.searched.sum())
    st.caption(f"Searched {n_searched:,} items for {words_added(crop.reason, words)}. {agreement_words(columns)}")
    show_columns(columns, first.search_set.catalog, key="columns")


def matches_of(column: Column, query: QueryPhoto, crop: Crop) -> Matches:
    """What an encoder found, to be explained on demand."""
    rows = column.ranking.rows[0]
    return Matches(column.model, rows[rows >= 0].tolist(), lambda: crop_pixels(query.photo, crop))


def load_models(catalog_name: str, encoders: list[str]) -> dict[str, Searched]:
    """The encoders that are ready with their galleries; of the others it is shown what to do about them."""
    ready = {}
    for name in encoders:
        if weights_path(ENCODERS[name]) is None:
            title = ENCODERS[name].title
            st.info(f"{title} is not on this machine. {how_to_get(ENCODERS[name])}", icon=":material/download:")
            continue
        try:
            with st.spinner("Loading catalogue and encoder"):
                ready[name] = Searched(resources.search_set(catalog_name, name), resources.encoder(name))
        except ArtifactError as error:
            show_unbuilt(catalog_name, name, error)
        except (ValueError, OSError) as error:
            show_refusal(error)
    return ready


def show_outfit_side_by_side(
    query: QueryPhoto,
    garments: Garments,
    models: list[str],
    ready: dict[str, Searched],
    watch: Stopwatch,
    own_item: str | None,
) -> None:
    """The whole outfit by several models: for each garment a row each."""
    for number, (name, confidence) in enumerate(zip(garments.class_names, garments.confidence, strict=True)):
        crop = choose_crop(query.photo, garments, "auto", garment=number)
        columns = answer_side_by_side(
            query.photo, garments, crop, models, ready, PER_GARMENT, watch, query_item=own_item
        )
        show_garment_name(name, float(confidence))
        st.caption(agreement_words(columns))
        show_columns(columns, ready[models[0]].search_set.catalog, key=f"columns-{number}", is_rows=True)


main()
