"""Adapter of `studio`, the catalogue that the project draws itself."""

from pathlib import Path

from core.catalogs.catalog import Catalog, CatalogSpec, OnProgress, check_items


def read_built_in(folder: Path, on_progress: OnProgress) -> Catalog:
    """The drawn products: a shop picture answers, pictures of it worn or lying around ask."""
    from core.catalogs.studio import read_studio

    table = read_studio(folder)
    table["split"] = table["view"].map(lambda view: "gallery" if view == "shop" else "query")
    return check_items(SPEC.name, folder, table)


SPEC = CatalogSpec(
    name="studio",
    title="Studio (drawn)",
    about="Clothes drawn by this project: each product in a shop picture, and others worn or lying around.",
    licence="AGPL-3.0-only",
    publisher="Drape",
    page="",
    folder="catalogs/studio",
    layout="items.csv and images/, drawn by this project",
    marker="items.csv",
    read=read_built_in,
    protocol="Pictures of a product worn or lying around ask; the shop pictures answer.",
    relevance=("product_id", "category", "category+colour"),
    search_splits=("gallery",),
)
