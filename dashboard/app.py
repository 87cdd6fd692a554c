"""The entry: one ASGI process with the pages and the HTTP routes. Start it with `streamlit run dashboard/app.py`."""

from pathlib import Path

import streamlit as st

from dashboard.api import ROUTES

app = st.App(Path(__file__).with_name("navigation.py"), routes=ROUTES)
