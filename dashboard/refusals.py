"""What the HTTP routes answer when they cannot: one sentence as JSON."""

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.catalogs.catalog import CatalogError

Handler = Callable[[Request], Awaitable[Response]]


def refused_clearly(handler: Handler) -> Handler:
    """A refusal becomes JSON `{"error": ...}`: 404 for what is not there, 400 for the rest."""

    @wraps(handler)
    async def refusing(request: Request) -> Response:
        try:
            return await handler(request)
        except CatalogError as error:
            return JSONResponse({"error": str(error)}, 404)
        except (ValueError, OSError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return refusing
