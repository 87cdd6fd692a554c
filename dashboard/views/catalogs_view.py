"""Catalogues: what is on disk, what is in it, what is wrong with it; download, check and build."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core import settings
from core.catalogs.catalog import Catalog, CatalogSpec
from core.catalogs.registry import available_catalogs, known_catalogs
from core.encoders.registry import ENCODERS
from core.encoders.weights import how_to_get, weights_path
from core.gallery import build_command, gallery_facts
from dashboard import resources
from dashboard.components import bound_select, show_item_grid, show_job, show_refusal
from dashboard.figures import category_figure
from dashboard.item_tiles import catalog_tile
from dashboard.links import follow_link, search_from

N_SAMPLES = 24
N_PAIRS = 12


def main() -> None:
    follow_link()
    st.header("Catalogues", anchor=False)
    st.write("What can be searched on this machine, and what could be.")
    here = available_catalogs()
    if here:
        names = [spec.name for spec in here]
        titles = {spec.name: spec.title for spec in here}
        chosen = bound_select("On this machine", titles, names[0], "shown", width=420)
        show_catalog(next(spec for spec in here if spec.name == chosen))
    show_absent([spec for spec in known_catalogs() if spec.name not in {spec.name for spec in here}])


def show_catalog(spec: CatalogSpec) -> None:
    """All about one catalogue on disk."""
    try:
        with st.spinner(f"Reading {spec.title}"):
            catalog = resources.catalog(spec.name)
    except (ValueError, OSError) as error:
        show_refusal(error)
        return
    items = catalog.items
    st.subheader(spec.title, anchor=False)
    st.write(spec.about)
    figures = st.columns(4)
    figures[0].metric("Items", f"{len(items):,}")
    figures[1].metric("Pictures", f"{items['image'].nunique():,}")
    figures[2].metric("Categories", f"{items['category'].nunique():,}")
    figures[3].metric("Products", f"{items['product_id'].nunique():,}")
    publisher = f"[{spec.publisher}]({spec.page})" if spec.page else spec.publisher
    st.caption(
        f"Licence: {spec.licence} · Published by {publisher or 'its owner'} · Read from {short_path(catalog.root)}"
    )
    samples, builds, state = st.tabs(["Items", "Encoders", "Condition"])
    with samples:
        show_samples(catalog)
    with builds:
        show_builds(catalog)
    with state:
        show_condition(catalog)


def short_path(path: Path) -> str:
    """Relative to the project where it lies in it."""
    return str(path.relative_to(settings.PROJECT) if path.is_relative_to(settings.PROJECT) else path)


def show_samples(catalog: Catalog) -> None:
    """Some items to search from, and how many there are of each category."""
    pictures, chart = st.columns([3, 2], gap="large")
    rows = np.sort(np.random.default_rng(0).permutation(len(catalog))[:N_SAMPLES])
    with pictures:
        show_item_grid(
            [catalog_tile(catalog, int(row)) for row in rows],
            key=f"items-{catalog.name}",
            label=f"Some items of {catalog.name}",
            action="Search from this one",
            on_click=search_from,
            tile_px=130,
        )
    chart.plotly_chart(category_figure(catalog.items["category"]), key=f"categories-{catalog.name}")


def show_builds(catalog: Catalog) -> None:
    """For each encoder: whether it has seen this catalogue, and the click that makes it so."""
    st.write("A catalogue is searched by an encoder that has seen its pictures once. Building goes on when you leave.")
    for spec in ENCODERS.values():
        name, facts, act = st.columns([3, 5, 3], vertical_alignment="center")
        name.write(f"**{spec.title}**")
        if weights_path(spec) is None:
            facts.caption(how_to_get(spec))
            continue
        built = gallery_facts(catalog.name, spec.name)
        facts.caption(built or "Not built yet.")
        with act:
            command = build_command(catalog.name, spec.name).split()[3:]
            job = f"build-{catalog.name}-{spec.name}"
            if built is None:
                show_job(job, "Build", command)
            else:
                show_job(job, "Build anew", [*command, "--force"], icon=":material/refresh:", is_main=False)


def show_condition(catalog: Catalog) -> None:
    """What was found wrong: while reading, and by opening every picture."""
    summary = resources.summary(catalog.name)
    if catalog.problems:
        st.warning(f"Left out while reading: {catalog.problem_summary()}.", icon=":material/warning:")
        st.dataframe(pd.DataFrame(summary["problem_examples"]), hide_index=True)
    else:
        st.write("Every row of its table has a picture.")
    scan = summary["scan"]
    if scan is None:
        st.write(
            "Its pictures have not been opened one by one yet. That finds broken files, duplicates and channel means."
        )
    else:
        show_scan(catalog, scan)
    label = "Check the pictures" if scan is None else "Check again"
    show_job(
        f"scan-{catalog.name}",
        label,
        ["catalogs", "scan", catalog.name],
        icon=":material/fact_check:",
        is_main=scan is None,
    )


def show_scan(catalog: Catalog, scan: dict[str, Any]) -> None:
    """Broken files, duplicates by content, look-alikes, and channel statistics."""
    figures = st.columns(4)
    figures[0].metric("Pictures opened", f"{scan['pictures']:,}")
    figures[1].metric("Broken", f"{len(scan['broken']):,}")
    figures[2].metric(
        "Exact duplicates", f"{scan['duplicate_pictures']:,}", help="Pictures whose file content occurs more than once."
    )
    figures[3].metric(
        "Near-duplicate pairs", f"{scan['near_duplicate_pairs']:,}",
        help=f"Perceptual hashes at most {scan['max_distance']} of 64 bits apart: a hint, not a proof.",
    )  # fmt: skip
    if scan["mean"]:
        st.caption(
            f"Channel mean (R, G, B) {numbers(scan['mean'])}, "
            f"standard deviation {numbers(scan['std'])}, of values in [0, 1]."
        )
    if scan["broken"]:
        st.dataframe(pd.DataFrame(scan["broken"].items(), columns=["picture", "why"]), hide_index=True)
    pairs = [(group[0], group[1]) for group in scan["duplicates"]]
    show_pairs(catalog, "Exact duplicates", "duplicates", pairs)
    pairs = [(pair["image_a"], pair["image_b"]) for pair in scan["near_duplicates"]]
    show_pairs(catalog, "Near-duplicates, nearest first", "near", pairs)


def show_pairs(catalog: Catalog, title: str, key: str, pairs: list[tuple[str, str]]) -> None:
    """The first pairs of look-alikes as pictures, one beside the other."""
    if not pairs:
        return
    row_of_image = {image: row for row, image in reversed(list(enumerate(catalog.items["image"])))}
    rows = [row_of_image[image] for pair in pairs[:N_PAIRS] for image in pair if image in row_of_image]
    with st.expander(f"{title}: the first {min(N_PAIRS, len(pairs))} pairs"):
        show_item_grid(
            [catalog_tile(catalog, row) for row in rows],
            key=f"{key}-{catalog.name}",
            label=title,
            action="Search from this one",
            on_click=search_from,
            tile_px=110,
        )


def numbers(values: list[float]) -> str:
    """Three digits each."""
    return ", ".join(f"{value:.3f}" for value in values)


def show_absent(specs: list[CatalogSpec]) -> None:
    """What could be had: by a click where the publisher offers an archive, else where it comes from."""
    if not specs:
        return
    st.subheader("Not on this machine", anchor=False)
    for spec in specs:
        name, facts, act = st.columns([3, 6, 3], vertical_alignment="center")
        name.write(f"**{spec.title}**")
        where = f" [{spec.publisher}]({spec.page})" if spec.page else ""
        facts.caption(f"{spec.about} {spec.licence}.{where}")
        with act:
            if spec.archives or spec.name == "studio":
                text, icon = (
                    ("Draw it", ":material/draw:") if spec.name == "studio" else ("Download", ":material/download:")
                )
                show_job(f"download-{spec.name}", text, ["catalogs", "download", spec.name], icon=icon)
            else:
                st.caption(f"Put {spec.layout} in {spec.folder} below the data root.")


main()
