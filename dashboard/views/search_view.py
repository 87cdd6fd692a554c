"""Search: a photo, the garments in it, and the items of a catalogue that look like the chosen one."""

from collections import Counter
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import settings
from core.artifacts import ArtifactError
from core.building import demo_catalogs
from core.catalogs.registry import CATALOGS, available_catalogs, catalog_spec
from core.encoders.registry import ENCODERS
from core.encoders.weights import how_to_get, weights_path
from core.gallery import build_command
from core.pipeline import Answer, Crop, Stopwatch, answer, answer_garments, choose_crop, find_garments
from core.retrieval import SearchSet
from dashboard import resources
from dashboard.components import bound_select, show_item_grid, show_job, show_photo_stage, show_refusal
from dashboard.photos import keep_photo
from dashboard.query_photo import (
    QueryPhoto,
    item_reference,
    item_url,
    open_query_photo,
    photo_url,
    sample_references,
    upload_reference,
)
from detection.garments import Garments

PHOTO, CROP = "photo", "crop"
ALL = "all"
ALL_GARMENTS = "all garments"
PER_GARMENT = 12
COUNTS = (12, 24, 48, 96)
EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif", "heic", "heif"]
STYLE = """<style>
@media (min-width: 640px) {
  .st-key-query-panel { position: sticky; top: 4.25rem; max-height: calc(100vh - 5rem); overflow-y: auto; padding-right: 4px; }
  [data-testid="stColumn"]:has(.st-key-query-panel) > div { height: 100%; }
}
[data-testid="stMainBlockContainer"] { padding-top: 4.5rem; padding-bottom: 2rem; }
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


def show_upload() -> None:
    """Where a photo is dropped or chosen, and why the last one was refused."""
    generation = st.session_state.setdefault("upload-generation", 0)
    st.file_uploader("Search with a photo of yours", type=EXTENSIONS, key=f"upload-{generation}", on_change=take_upload)
    if refusal := st.session_state.get("refusal"):
        st.error(refusal, icon=":material/error:")


def show_samples() -> None:
    """Photos to try a search with."""
    references = sample_references()
    if not references:
        return
    current = st.query_params.get(PHOTO, references[0])
    st.caption("Or try one of these")
    show_item_grid(
        [
            {"key": ref, "src": photo_url(ref, 120), "alt": sample_words(ref), "fill": True, "is_current": ref == current}
            for ref in references
        ],
        key="samples",
        label="Sample photos",
        action="Search",
        on_click=choose_photo,
        tile_px=56,
        is_strip=True,
    )


def sample_words(reference: str) -> str:
    """How a sample is called on the page."""
    return "Sample photo " + reference.partition("/")[2].replace("-", " ")


def take_upload() -> None:
    """Keep an upload that is a usable picture; a refusal is shown and the last photo stays."""
    uploaded = st.session_state[f"upload-{st.session_state['upload-generation']}"]
    st.session_state.pop("refusal", None)
    if uploaded is None:
        return
    try:
        choose_photo(upload_reference(keep_photo(uploaded.getvalue())))
    except (ValueError, OSError) as error:
        text = str(error)
        st.session_state["refusal"] = text[:1].upper() + text[1:]
    st.session_state["upload-generation"] += 1


def choose_photo(reference: str) -> None:
    """Search with another picture, from its main garment on."""
    st.session_state.pop("refusal", None)
    st.query_params[PHOTO] = reference
    st.query_params.pop(CROP, None)


def forget_photo() -> None:
    """Back to the first sample."""
    st.query_params.pop(PHOTO, None)
    st.query_params.pop(CROP, None)


def choose_crop_by_hand(choice: dict[str, Any]) -> None:
    """A garment, a box or the whole picture was chosen on the photo."""
    if "all" in choice:
        st.query_params[CROP] = ALL
    elif "box" in choice:
        st.query_params[CROP] = ",".join(str(int(value)) for value in choice["box"])
    else:
        st.query_params[CROP] = "none" if choice["garment"] is None else f"g{int(choice['garment']) + 1}"


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


def show_query(watch: Stopwatch) -> tuple[QueryPhoto, Garments, Crop] | None:
    """The photo with its garments; None where there is no usable one."""
    references = sample_references()
    reference = st.query_params.get(PHOTO) or (references[0] if references else None)
    if reference is None:
        st.info("Your photo appears here, with the clothes that were found in it. Drop one above.", icon=":material/photo_camera:")
        return None
    try:
        with st.spinner("Opening the photo"):
            query = open_query_photo(reference, watch)
            garments = find_garments(query.photo, resources.detector(), watch)
            crop = asked_crop(query, garments)
    except (ValueError, OSError) as error:
        show_refusal(error)
        st.button("Choose another photo", on_click=forget_photo, icon=":material/refresh:")
        return None
    show_photo_stage(stage_data(query, garments, crop), key="photo-stage", on_choice=choose_crop_by_hand)
    return query, garments, crop


def asked_crop(query: QueryPhoto, garments: Garments) -> Crop:
    """The part of the photo that the address asks for; what does not fit this photo falls back to the main garment."""
    asked = st.query_params.get(CROP) or query.first_crop
    if asked == ALL and len(garments):
        return Crop(None, None, ALL_GARMENTS)
    try:
        if asked.startswith("g"):
            return choose_crop(query.photo, garments, "auto", garment=int(asked[1:]) - 1)
        if asked in ("auto", "none"):
            return choose_crop(query.photo, garments, "auto" if asked == "auto" else "none")
        return choose_crop(query.photo, garments, np.array([float(part) for part in asked.split(",")]))
    except ValueError:
        return choose_crop(query.photo, garments, "auto")


def is_all(crop: Crop) -> bool:
    """Whether every garment is searched for."""
    return crop.reason == ALL_GARMENTS


def stage_data(query: QueryPhoto, garments: Garments, crop: Crop) -> dict[str, Any]:
    """What the photo component draws; boxes in px of the photo in full."""
    is_by_hand = crop.xyxy is not None and crop.garment is None
    if len(garments):
        hint = "Click a garment, drag the corners of its box, or drag across the photo for a box of your own."
    else:
        hint = "No garment was found, so the whole picture is searched. Drag across the photo to choose a part."
    return {
        "src": query.url,
        "alt": query.label,
        "width": query.photo.full_width,
        "height": query.photo.full_height,
        "garments": [
            {"label": name, "confidence": round(float(confidence), 4), "xyxy": [float(value) for value in xyxy]}
            for name, confidence, xyxy in zip(garments.class_names, garments.confidence, garments.xyxy, strict=True)
        ],
        "chosen": crop.garment,
        "box": None if crop.xyxy is None else [float(value) for value in crop.xyxy],
        "box_label": "" if crop.garment is None else garments.class_names[crop.garment],
        "is_by_hand": is_by_hand,
        "is_all": is_all(crop),
        "hint": hint,
    }


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
        st.info(f"{ENCODERS[encoder_name].title} is not on this machine. {how_to_get(ENCODERS[encoder_name])}", icon=":material/download:")
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
    own_item = query.item_id if query.catalog_name == catalog_name else None
    if is_all(crop):
        show_outfit(answer_garments(query.photo, garments, encoder, search_set, PER_GARMENT, watch, query_item=own_item), search_set)
        return
    with facet:
        narrowed, category = show_category(search_set)
    found = answer(
        query.photo, garments, crop, encoder, search_set, k, watch,
        query_item=own_item, narrowed_to=narrowed,
    )  # fmt: skip
    show_ranking(found, search_set, category)


def show_unbuilt(catalog_name: str, encoder_name: str, error: ArtifactError) -> None:
    """The empty state: what would be here, and the click that fills it."""
    title = catalog_spec(catalog_name).title
    st.subheader(f"{title} is not ready for {ENCODERS[encoder_name].title}", anchor=False)
    st.write("Its pictures have to be encoded once; then a search takes milliseconds. You can go on using the other pages meanwhile.")
    show_job(f"build-{catalog_name}-{encoder_name}", "Build it", build_command(catalog_name, encoder_name).split()[3:])
    with st.expander("Why"):
        st.write(str(error))


def show_category(search_set: SearchSet) -> tuple[np.ndarray | None, str]:
    """A facet: gallery rows (n,) bool of one category, None for all."""
    categories = search_set.catalog.items["category"].to_numpy(str)[search_set.catalog_rows]
    counts = Counter(categories[search_set.searched])
    labels = {ALL: "All categories"} | {name: f"{name} ({count:,})" for name, count in counts.most_common() if name}
    chosen = bound_select("Category", labels, ALL, "category")
    return (None, ALL) if chosen == ALL else (categories == chosen, chosen)


def show_ranking(found: Answer, search_set: SearchSet, category: str) -> None:
    """One line of facts, then the items, best first."""
    items = grid_items(found, search_set)
    st.caption(
        f"Searched for {found.crop.reason}: the nearest {len(items)} of {int(search_set.searched.sum()):,} items "
        f"in {spent(found)}. The score is the cosine of the embeddings."
    )
    if not items:
        st.info(f"There is no other {category} here. Choose all categories to see results.", icon=":material/search_off:")
        return
    show_item_grid(
        items,
        key="results",
        label="Results, best first",
        action="Search from this one",
        on_click=choose_photo,
        tile_px=165,
    )


def show_outfit(answers: list[Answer], search_set: SearchSet) -> None:
    """The whole outfit: a row of items for each garment."""
    st.caption(f"Searched for each of {len(answers)} garments in {spent(answers[0])}. The score is the cosine of the embeddings.")
    for number, found in enumerate(answers):
        name, confidence = found.garments.class_names[number], found.garments.confidence[number]
        st.markdown(f"**{name.capitalize()}** :small[:gray[found with confidence {confidence:.2f}]]")
        show_item_grid(
            grid_items(found, search_set),
            key=f"outfit-{number}",
            label=f"Items like the {name}, best first",
            action="Search from this one",
            on_click=choose_photo,
            tile_px=118,
            is_strip=True,
        )


def spent(found: Answer) -> str:
    """The milliseconds in all and of every step."""
    steps = " · ".join(f"{step} {time:.0f}" for step, time in found.milliseconds.items())
    return f"**{sum(found.milliseconds.values()):.0f} ms** ({steps})"


def grid_items(found: Answer, search_set: SearchSet) -> list[dict[str, Any]]:
    """The items of an answer for the grid, best first."""
    ranked = zip(found.ranking.rows[0], found.ranking.scores[0], strict=True)
    return [grid_item(search_set, int(row), float(score), rank) for rank, (row, score) in enumerate(ranked, 1) if row >= 0]


def grid_item(search_set: SearchSet, row: int, score: float, rank: int) -> dict[str, Any]:
    """One result for the grid."""
    item = search_set.catalog.items.iloc[search_set.catalog_rows[row]]
    title = item["title"] or item["item_id"]
    facts = " · ".join(text for text in (item["category"], item["colour"]) if text)
    return {
        "key": item_reference(search_set.catalog.name, item["item_id"]),
        "src": item_url(search_set.catalog.name, item["item_id"], 240),
        "alt": ", ".join(text for text in (item["category"], item["colour"], title) if text),
        "title": title,
        "facts": facts,
        "rank": rank,
        "score": round(score, 4),
        "fill": CATALOGS[search_set.catalog.name].crop == "truth" if search_set.catalog.name in CATALOGS else False,
    }


main()
