"""The list of pages."""

from pathlib import Path

import streamlit as st

# Our own picture: a named icon would be fetched from the internet.
st.set_page_config(page_title="Drape", page_icon=Path(__file__).parent / "frontend" / "icon.svg", layout="wide")
st.html("<style>[data-testid=stMainBlockContainer] { padding-top: 4.5rem; padding-bottom: 2rem; }</style>")
st.navigation(
    [
        st.Page("views/search_view.py", title="Search", icon=":material/search:", url_path="search", default=True),
        st.Page("views/catalogs_view.py", title="Catalogues", icon=":material/grid_view:", url_path="catalogues"),
        st.Page("views/map_view.py", title="Map", icon=":material/scatter_plot:", url_path="map"),
        st.Page("views/metrics_view.py", title="Metrics", icon=":material/leaderboard:", url_path="metrics"),
        st.Page("views/confusion_view.py", title="Confusion", icon=":material/grid_on:", url_path="confusion"),
        st.Page("views/queries_view.py", title="Queries", icon=":material/image_search:", url_path="queries"),
        st.Page("views/report_view.py", title="Report", icon=":material/summarize:", url_path="report"),
    ],
    position="top",
).run()
