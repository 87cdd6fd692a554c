"""The HTTP routes of the map: its points, colours, neighbours and texts, packed small; and its exports."""

import gzip
import json

import pandas as pd
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.maps.between import MEASURES
from core.maps.columns import Colouring, colouring, item_colouring, measured_columns, point_colouring
from core.maps.export import EXPORTS, export_bytes
from core.maps.payload import item_texts, pack_colouring, pack_points
from core.maps.projection import Method, method_named
from dashboard import resources
from dashboard.map_placed import PlacedMap
from dashboard.refusals import refused_clearly

# How the columns begin that say how far two encoders agree.
BETWEEN = "between-"
# The addresses have a version in them that changes with the map.
HEADERS = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}


@refused_clearly
async def points(request: Request) -> Response:
    """The places of a map and the items they stand for."""
    placed = await run_in_threadpool(_asked_map, request)
    return _packed(request, pack_points(placed.made, placed.catalog_rows))


@refused_clearly
async def colours(request: Request) -> Response:
    """One column for the points of a map; `beside` names the other encoder of an agreement."""
    placed = await run_in_threadpool(_asked_map, request)
    name, beside = request.path_params["name"], request.query_params.get("beside", "")
    made = await run_in_threadpool(asked_colouring, placed, name, beside)
    return _packed(request, await run_in_threadpool(pack_colouring, made))


@refused_clearly
async def items(request: Request) -> Response:
    """Ids, titles, kinds and colours of a catalogue's items, in its order."""
    catalog = await run_in_threadpool(resources.catalog, request.path_params["catalog"])
    content = await run_in_threadpool(lambda: json.dumps(item_texts(catalog.items)).encode())
    return _packed(request, content, "application/json")


@refused_clearly
async def export(request: Request) -> Response:
    """The map as a file to keep."""
    placed = await run_in_threadpool(_asked_map, request)
    kind = request.path_params["kind"]
    content = await run_in_threadpool(export_bytes, kind, placed.made, placed.catalog)
    made = placed.made
    name = f"{made.catalog_name}-{made.encoder_name}-{made.spec.method}{EXPORTS[kind].suffix}"
    return Response(
        content, media_type=EXPORTS[kind].media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def asked_colouring(placed: PlacedMap, name: str, beside: str) -> Colouring:
    """A catalogue's column, what was measured on the map, or how far another encoder agrees. Raises ValueError."""
    if (measure := name.removeprefix(BETWEEN)) != name and measure in MEASURES:
        made = placed.made
        between = resources.between_encoders(made.catalog_name, made.encoder_name, beside)
        return colouring(pd.Series(getattr(between, measure)))
    if name in measured_columns(placed.made):
        return point_colouring(placed.made, name)
    return item_colouring(placed.catalog, name, placed.catalog_rows)


def map_url(catalog_name: str, encoder_name: str, method: Method, part: str) -> str:
    """The address of a part of a map: points, colours/NAME or export/KIND."""
    return f"/api/maps/{catalog_name}/{encoder_name}/{method}/{part}"


def _asked_map(request: Request) -> PlacedMap:
    asked = request.path_params
    return resources.embedding_map(asked["catalog"], asked["encoder"], method_named(asked["method"]))


def _packed(request: Request, content: bytes, media_type: str = "application/octet-stream") -> Response:
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(content, media_type=media_type, headers=HEADERS)
    headers = {**HEADERS, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(gzip.compress(content, 4, mtime=0), media_type=media_type, headers=headers)


MAP_ROUTES = [
    Route("/api/maps/{catalog}/items", items),
    Route("/api/maps/{catalog}/{encoder}/{method}/points", points),
    Route("/api/maps/{catalog}/{encoder}/{method}/colours/{name}", colours),
    Route("/api/maps/{catalog}/{encoder}/{method}/export/{kind}", export),
]
