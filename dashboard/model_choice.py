"""Which models answer on the Search page: one encoder, or two to four beside each other and their fusion."""

import streamlit as st

from core import settings
from core.encoders.registry import ENCODERS
from core.encoders.weights import weights_path
from core.gallery import is_built
from core.side_by_side.fusion_names import MOST_MEMBERS, fusion_of, is_fusion, member_names
from dashboard import resources
from dashboard.components import bound_select

# In the address: `encoder=A`, or `encoder=A,B` with `fusion=1` where their fusion stands beside them.
ENCODER, FUSED = "encoder", "fusion"


def asked_encoders() -> list[str]:
    """The encoders that the address names, the default one where it names none that is known."""
    asked = st.query_params.get(ENCODER, "")
    if is_fusion(asked):
        # So does a link from a fusion's numbers.
        try:
            asked = ",".join(member_names(asked))
            st.query_params.update({ENCODER: asked, FUSED: "1"})
        except ValueError:
            asked = ""
    known = [name for name in dict.fromkeys(asked.split(",")) if name in ENCODERS]
    return known[:MOST_MEMBERS] or [settings.DEFAULT_ENCODER]


def choose_encoder(encoder: str) -> None:
    """One encoder."""
    st.query_params.pop(FUSED, None)
    if "," in st.query_params.get(ENCODER, ""):
        st.query_params[ENCODER] = encoder
    bound_select("Encoder", encoder_titles(), settings.DEFAULT_ENCODER, ENCODER)


def choose_encoders(encoders: list[str]) -> bool:
    """Several encoders; whether their fusion is asked for."""
    titles, key = encoder_titles(), "encoders"
    st.session_state[key] = encoders
    st.session_state[FUSED] = st.query_params.get(FUSED) == "1"

    def remember() -> None:
        st.query_params[ENCODER] = ",".join(st.session_state[key]) or settings.DEFAULT_ENCODER

    def remember_fusion() -> None:
        st.query_params[FUSED] = "1" if st.session_state[FUSED] else "0"

    beside, fused = st.columns([11, 3], vertical_alignment="bottom")
    with beside:
        st.multiselect(
            f"Encoders, 2 to {MOST_MEMBERS} beside each other",
            list(titles),
            key=key,
            format_func=titles.__getitem__,
            on_change=remember,
            max_selections=MOST_MEMBERS,
        )
    with fused:
        st.toggle("Fusion", key=FUSED, on_change=remember_fusion, help="Their rankings joined by reciprocal ranks.")
    return bool(st.session_state[FUSED])


def asked_models(encoders: list[str], is_fused: bool) -> list[str]:
    """The encoders, and their fusion where it is asked for."""
    return [*encoders, fusion_of(encoders)] if is_fused and len(encoders) > 1 else encoders


def show_compare_button(catalog_name: str, encoder: str) -> None:
    """The click that puts another encoder beside the one that is chosen, one that is built if there is any."""
    others = [name for name in resources.encoder_names() if name != encoder]
    if not others:
        return
    other = next((name for name in others if is_built(catalog_name, name)), others[0])
    st.button(
        "Compare encoders",
        icon=":material/view_column_2:",
        type="tertiary",
        key="compare",
        on_click=lambda: st.query_params.update({ENCODER: f"{encoder},{other}"}),
    )


def encoder_titles() -> dict[str, str]:
    """Name -> title, and whether it is not on this machine."""
    return {
        name: spec.title + ("" if weights_path(spec) else " (not on this machine)") for name, spec in ENCODERS.items()
    }
