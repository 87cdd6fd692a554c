"""Which map is looked at: catalogue, encoder, method, a second encoder; and what is done where it is not made."""

from dataclasses import dataclass

import streamlit as st

from core import settings
from core.artifacts import ArtifactError
from core.building import demo_catalogs
from core.catalogs.registry import available_catalogs, catalog_spec
from core.encoders.registry import ENCODERS
from core.encoders.weights import weights_path
from core.gallery import is_built
from core.maps.projection import METHODS, TITLES, Method, method_named
from core.maps.stored import is_map_built, map_command
from dashboard import resources
from dashboard.components import bound_segments, bound_select, show_job
from dashboard.map_placed import PlacedMap

NONE = "none"


@dataclass(frozen=True)
class Choice:
    """What is looked at: `beside` is the encoder of a second map, None for one map."""

    catalog: str
    encoder: str
    method: Method
    beside: str | None


def show_choices() -> Choice:
    """The controls; all of them stand in the address."""
    titles = {spec.name: spec.title for spec in available_catalogs()} or {"studio": catalog_spec("studio").title}
    first = next((name for name in demo_catalogs() if name in titles), next(iter(titles)))
    where, by, next_to, how = st.columns([4, 4, 4, 4])
    with where:
        catalog = bound_select("Catalogue", titles, first, "catalog")
    encoders = {name: spec.title for name, spec in ENCODERS.items() if weights_path(spec) is not None}
    default = settings.DEFAULT_ENCODER if settings.DEFAULT_ENCODER in encoders else next(iter(encoders))
    with by:
        encoder = bound_select("Encoder", encoders, default, "encoder")
    others = {name: title for name, title in encoders.items() if name != encoder and is_built(catalog, name)}
    with next_to:
        beside = bound_select(
            "Beside it", {NONE: "One map" if others else "No other is built"} | others, NONE, "beside"
        )
    with how:
        method = bound_segments("Laid out by", {name: TITLES[name] for name in METHODS}, METHODS[0], "map")
    st.session_state["map-catalog"] = catalog
    return Choice(catalog, encoder, method_named(method), None if beside == NONE else beside)


def open_maps(choice: Choice) -> list[PlacedMap]:
    """The asked maps; while one of them is not made, the PCA of all. Raises ArtifactError where a gallery is not."""
    names = [choice.encoder, *([choice.beside] if choice.beside else [])]
    try:
        return [resources.embedding_map(choice.catalog, name, choice.method) for name in names]
    except ArtifactError:
        return [resources.embedding_map(choice.catalog, name, "pca") for name in names]


def show_unmade(choice: Choice, maps: list[PlacedMap]) -> None:
    """Where the asked map is not made, or not measured: the click that makes it, and how far that is."""
    for placed in maps:
        name = placed.made.encoder_name
        if placed.made.spec.method == choice.method and placed.made.is_measured:
            continue
        if is_map_built(choice.catalog, name, choice.method) and placed.made.spec.method == choice.method:
            continue
        title = TITLES[choice.method]
        text, act = st.columns([7, 3], vertical_alignment="center")
        if choice.method == "pca":
            text.caption("This PCA was made in passing. Built, its clusters and figures are known too.")
        else:
            text.caption(
                f"The {title} of {ENCODERS[name].title} is not made yet, so this is a PCA. Making it takes about "
                "half a minute for 4,000 items; leave or look around meanwhile."
            )
        with act:
            command = map_command(choice.catalog, name, choice.method).split()[3:]
            show_job(f"map-{choice.catalog}-{name}-{choice.method}", f"Make the {title}", command)
