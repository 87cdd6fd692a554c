"""The HTTP routes beside the pages: pictures by URL with cache headers, and the search for programs."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core import settings
from core.catalogs.pictures import item_photo
from core.catalogs.registry import available_catalogs
from core.cli.query import parse_crop
from core.gallery import is_built
from core.pipeline import Stopwatch, choose_crop, find_garments, open_query
from core.side_by_side.answer_record import answer_record
from core.side_by_side.columns import Searched, answer_side_by_side, checked_models, encoders_of
from core.thumbnails import allowed_side, photo_jpeg, to_jpeg
from core.words import checked_words
from dashboard import resources
from dashboard.map_api import MAP_ROUTES
from dashboard.query_photo import item_url, photo_bytes
from dashboard.refusals import refused_clearly
from detection.images import MAX_BYTES, ImageError

# A picture's address names its content (or the item that stays itself), so a browser may keep it for a day.
PICTURE_HEADERS = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}


async def health(request: Request) -> Response:
    """That the process answers."""
    return JSONResponse({"status": "ok"})


@refused_clearly
async def catalogs(request: Request) -> Response:
    """The catalogues on disk and the encoders they are built for."""
    return JSONResponse(await run_in_threadpool(_catalog_rows))


@refused_clearly
async def catalog_picture(request: Request) -> Response:
    """JPEG of an item: what stands for it, or with `whole=1` the photo it is cut from."""
    name, item_id = request.path_params["catalog"], request.query_params.get("item", "")
    side = _number(request, "side", 240)
    make = _whole_picture if request.query_params.get("whole") else resources.thumbnail
    return Response(
        await run_in_threadpool(make, name, item_id, side), media_type="image/jpeg", headers=PICTURE_HEADERS
    )


@refused_clearly
async def photo_picture(request: Request) -> Response:
    """JPEG of an upload or a sample, upright, without its metadata."""
    kind, name = request.path_params["kind"], request.path_params["name"]
    side = allowed_side(_number(request, "side", 960))
    jpeg = await run_in_threadpool(lambda: photo_jpeg(photo_bytes(kind, name), side))
    return Response(jpeg, media_type="image/jpeg", headers=PICTURE_HEADERS)


@refused_clearly
async def search(request: Request) -> Response:
    """Search with the picture in the body: the JSON of `python -m core query --json`, pictures as addresses."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise ImageError("expected at most 20 MB. Save the picture smaller and send it again.")
    models = request.query_params.getlist("encoder") or [settings.DEFAULT_ENCODER]
    return JSONResponse(await run_in_threadpool(_search, body, dict(request.query_params), models))


def _search(body: bytes, asked: dict[str, str], encoders: list[str]) -> dict[str, object]:
    known = {"catalog", "encoder", "k", "crop", "words"}
    if set(asked) - known or "catalog" not in asked:
        raise ValueError(
            f"expected the parameters catalog and perhaps encoder, k, crop, words, but got {sorted(asked)}"
        )
    words = checked_words(asked.get("words", ""))
    k = _whole(asked.get("k", str(settings.DEFAULT_K)), "k", settings.MAX_K)
    models = checked_models(encoders)
    ready = {
        name: Searched(resources.search_set(asked["catalog"], name), resources.encoder(name))
        for name in encoders_of(models)
    }
    watch = Stopwatch()
    photo = open_query(body, watch)
    garments = find_garments(photo, resources.detector(), watch)
    crop = choose_crop(photo, garments, parse_crop(asked.get("crop", "auto")))
    columns = answer_side_by_side(photo, garments, crop, models, ready, k, watch, words=words)
    record = answer_record(garments, crop, columns, resources.catalog(asked["catalog"]))
    for answered in record.get("models", [record]):
        for result in answered["results"]:
            result["picture"] = item_url(asked["catalog"], result["item_id"], 240)
            del result["path"]  # where files lie on the server is nobody's business
    return record


def _catalog_rows() -> list[dict[str, object]]:
    return [
        {
            "catalog": spec.name,
            "title": spec.title,
            "licence": spec.licence,
            "encoders": [name for name in resources.encoder_names() if is_built(spec.name, name)],
        }
        for spec in available_catalogs()
    ]


def _whole_picture(catalog_name: str, item_id: str, side: int) -> bytes:
    catalog, side = resources.catalog(catalog_name), allowed_side(side)
    return to_jpeg(item_photo(catalog, catalog.row_of(item_id), max_side=side).pixels, side)


def _number(request: Request, name: str, default: int) -> int:
    return _whole(request.query_params.get(name, str(default)), name, 10_000)


def _whole(text: str, name: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= most:
        raise ValueError(f"expected {name} to be a whole number of 1 to {most}, but got {text[:20]!r}")
    return int(text)


ROUTES = [
    Route("/api/health", health),
    Route("/api/catalogs", catalogs),
    Route("/api/catalogs/{catalog}/picture", catalog_picture),
    Route("/api/photos/{kind}/{name}", photo_picture),
    Route("/api/search", search, methods=["POST"]),
    *MAP_ROUTES,
]
