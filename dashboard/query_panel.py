"""The query's side of the Search page: upload, samples, and the photo with its garments."""

from typing import Any

import numpy as np
import streamlit as st

from core.pipeline import Crop, Stopwatch, choose_crop, find_garments
from dashboard import resources
from dashboard.components import show_item_grid, show_photo_stage, show_refusal
from dashboard.photos import keep_photo
from dashboard.query_photo import QueryPhoto, open_query_photo, photo_url, sample_references, upload_reference
from detection.garments import Garments

PHOTO, CROP = "photo", "crop"
ALL = "all"
ALL_GARMENTS = "all garments"


def show_upload() -> None:
    """Where a photo is dropped or chosen, and why the last one was refused."""
    generation = st.session_state.setdefault("upload-generation", 0)
    st.file_uploader(
        "Search with a photo of yours: JPEG, PNG, WebP, AVIF or HEIC, up to 20 MB",
        key=f"upload-{generation}",
        on_change=take_upload,
    )
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
            {
                "key": ref,
                "src": photo_url(ref, 120),
                "alt": sample_words(ref),
                "fill": True,
                "is_current": ref == current,
            }
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


def show_query(watch: Stopwatch) -> tuple[QueryPhoto, Garments, Crop] | None:
    """The photo with its garments; None where there is no usable one."""
    references = sample_references()
    reference = st.query_params.get(PHOTO) or (references[0] if references else None)
    if reference is None:
        st.info(
            "Your photo appears here, with the clothes that were found in it. Drop one above.",
            icon=":material/photo_camera:",
        )
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
