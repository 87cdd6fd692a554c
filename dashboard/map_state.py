"""What is looked at on the map, and how: read from the page's address and written to it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.catalogs.catalog import Catalog, CatalogError
from core.maps.columns import NAMED_CLASSES, Colouring

# The name under which the legend keeps all classes beyond those it names (see core/maps/viewer/legend.js).
OTHERS = "~others"
MOST_CORNERS = 200
KEYS = ("colour", "only", "hide", "size", "pictures", "view", "item", "area")


@dataclass(frozen=True)
class Area:
    """A drawn area: on which of the panes, and its (m, 2) float64 corners in places of that map."""

    pane: int
    polygon: np.ndarray


@dataclass(frozen=True)
class Look:
    """What is looked at.

    Attributes:
        colour: Name of the column, None for the first.
        only: The one class that is shown, None for all; `hidden`: those that are not.
        size: Of the points, a factor.
        pictures: Whether pictures are drawn where there is room.
        views: (x, y, zoom) of each pane.
        picked: Catalogue row of the picked item.
        area: What was drawn around items.
    """

    colour: str | None = None
    only: str | None = None
    hidden: tuple[str, ...] = ()
    size: float = 1.0
    pictures: bool = True
    views: tuple[tuple[float, float, float], ...] = ()
    picked: int | None = None
    area: Area | None = None

    def shows(self, colouring: Colouring) -> np.ndarray:
        """(n,) bool: the points that the legend leaves visible, by the same rule as the viewer."""
        if colouring.labels is None:
            return np.ones(len(colouring.values), bool)
        keys = [*colouring.labels[:NAMED_CLASSES], *[OTHERS] * (len(colouring.labels) > NAMED_CLASSES)]
        shown = [key == self.only if self.only is not None else key not in self.hidden for key in keys]
        return np.array(shown, bool)[np.minimum(colouring.values, len(keys) - 1)]


def look_of_address(asked: Mapping[str, Sequence[str]], catalog: Catalog) -> Look:
    """The look that an address asks for; what cannot be read is left at its default."""
    first = {name: asked[name][0] for name in KEYS if asked.get(name)}
    views = [numbers for text in asked.get("view", ()) if len(numbers := _numbers(text)) == 3 and numbers[2] > 0]
    size = _numbers(first.get("size", ""))
    return Look(
        colour=first.get("colour"),
        only=first.get("only"),
        hidden=tuple(asked.get("hide", ())),
        size=min(2.5, max(0.5, size[0])) if size else 1.0,
        pictures=first.get("pictures") != "0",
        views=tuple((x, y, zoom) for x, y, zoom in views),
        picked=_row(first.get("item"), catalog),
        area=_area(first.get("area", "")),
    )


def address_of_look(look: Look, catalog: Catalog) -> dict[str, str | list[str]]:
    """The parameters of an address; a default is not among them."""
    area = look.area
    parameters: dict[str, str | list[str]] = {
        "colour": look.colour or "",
        "only": look.only or "",
        "hide": list(look.hidden),
        "size": "" if look.size == 1 else f"{look.size:g}",
        "pictures": "" if look.pictures else "0",
        "view": [",".join(f"{value:g}" for value in view) for view in look.views],
        "item": "" if look.picked is None else str(catalog.items["item_id"].iat[look.picked]),
        "area": "" if area is None else f"{area.pane}:" + ";".join(f"{x:g},{y:g}" for x, y in area.polygon),
    }
    return {name: value for name, value in parameters.items() if value}


def look_of_viewer(told: Mapping[str, Any], catalog: Catalog) -> Look:
    """What the viewer in the browser tells. Raises ValueError, TypeError, KeyError for what no viewer says."""
    area, picked = told["area"], told["picked"]
    polygon = None if area is None else np.array(area["polygon"], np.float64)
    if polygon is not None and (polygon.ndim != 2 or polygon.shape[1] != 2 or not np.isfinite(polygon).all()):
        raise ValueError(f"expected the corners (m, 2) of an area, but got {polygon.shape}")
    return Look(
        colour=told["colour"],
        only=told["only"],
        hidden=tuple(map(str, told["hidden"])),
        size=float(told["size"]),
        pictures=bool(told["pictures"]),
        views=tuple((float(x), float(y), float(zoom)) for x, y, zoom in told["views"]),
        picked=int(picked) if picked is not None and 0 <= int(picked) < len(catalog) else None,
        area=None if polygon is None else Area(int(area["pane"]), polygon[:MOST_CORNERS]),
    )


def viewer_state(look: Look) -> dict[str, Any]:
    """The look as the viewer keeps it."""
    area = look.area
    return {
        "colour": look.colour,
        "only": look.only,
        "hidden": list(look.hidden),
        "size": look.size,
        "pictures": look.pictures,
        "views": [list(view) for view in look.views],
        "picked": look.picked,
        "area": None if area is None else {"pane": area.pane, "polygon": area.polygon.tolist()},
    }


def _numbers(text: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        return []
    return numbers if all(map(math.isfinite, numbers)) else []


def _row(item_id: str | None, catalog: Catalog) -> int | None:
    try:
        return catalog.row_of(item_id) if item_id else None
    except CatalogError:
        return None


def _area(text: str) -> Area | None:
    pane, _, corners = text.partition(":")
    polygon = [_numbers(corner) for corner in corners.split(";")[:MOST_CORNERS]]
    if pane not in ("0", "1") or len(polygon) < 3 or any(len(corner) != 2 for corner in polygon):
        return None
    return Area(int(pane), np.array(polygon))
