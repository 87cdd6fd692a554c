"""The entry: one ASGI process with the pages and the HTTP routes. Start it with `streamlit run dashboard/app.py`."""

from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from dashboard.api import ROUTES


async def search_page(request: Request) -> RedirectResponse:
    """To the first page, which lives at `/`; what is asked of it stays in the address."""
    return RedirectResponse(f"./?{request.url.query}")


app = st.App(Path(__file__).with_name("navigation.py"), routes=[Route("/search", search_page), *ROUTES])
