"""Report: one button, one file that opens anywhere, and its tables; and the command that writes the same."""

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from core import settings
from core.evaluation.results import stored_runs
from dashboard import resources
from dashboard.components import show_job
from dashboard.evaluation_choice import choose_catalog, show_photos_notice, show_unmeasured
from dashboard.links import follow_link
from dashboard.run_words import counted, run_words


def main() -> None:
    follow_link()
    st.header("Report", anchor=False)
    left, _ = st.columns([4, 6])
    with left:
        catalog_name = choose_catalog()
    runs = stored_runs(catalog_name)
    if not runs:
        show_unmeasured(catalog_name, "Here a report of the measured models is written, to hand on as one file.")
        return
    show_photos_notice(catalog_name)
    st.write(
        "One HTML file that opens without a network: what was measured, on what and when, the results with their "
        "intervals, which model is better and how sure that is, costs, confusion, and examples of success and failure. "
        "The tables come with it as CSV."
    )
    st.caption(f"Of {counted(len(runs), 'run')}: {'; '.join(map(run_words, runs))}.")
    path = report_path(catalog_name)
    path.parent.mkdir(parents=True, exist_ok=True)
    command = ["report", "--catalog", catalog_name, "--out", str(path)]
    is_written = path.is_file()
    if is_written and is_older(path, catalog_name, runs):
        st.warning("Runs were measured after this report was written. Write it anew.", icon=":material/history:")
        is_written = False
    show_job(
        f"report-{catalog_name}",
        "Write it anew" if path.is_file() else "Write the report",
        command,
        icon=":material/summarize:",
        is_main=not is_written,
    )
    if path.is_file():
        show_downloads(path)
    with st.expander("The same on the command line", icon=":material/terminal:", expanded=True):
        st.code(f"python -m core report --catalog {catalog_name} --out {catalog_name}.html", language="sh")


def report_path(catalog_name: str) -> Path:
    """Where the page writes the report of a catalogue."""
    return settings.artifacts_root() / "reports" / f"{catalog_name}.html"


def is_older(path: Path, catalog_name: str, runs: list[str]) -> bool:
    """Whether a run was measured after a report was written."""
    return any(resources.measured_at(catalog_name, run) > path.stat().st_mtime_ns for run in runs)


def show_downloads(path: Path) -> None:
    """The document and its tables."""
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y-%m-%d %H:%M UTC")
    st.subheader("Ready", anchor=False)
    st.download_button(
        f"Report, HTML ({size_words(path)})",
        path.read_bytes,
        file_name=f"drape-{path.name}",
        mime="text/html",
        icon=":material/download:",
        type="primary",
        on_click="ignore",
    )
    st.caption(f"Written {written}.")
    tables = sorted(path.with_name(f"{path.stem}-tables").glob("*.csv"))
    if tables:
        st.markdown("**Tables, CSV**")
    with st.container(horizontal=True):
        for table in tables:
            st.download_button(
                f"{table.stem.replace('_', ' ').replace('-', ' ')} ({size_words(table)})",
                table.read_bytes,
                file_name=f"drape-{path.stem}-{table.name}",
                mime="text/csv",
                icon=":material/table:",
                key=f"table-{table.stem}",
                on_click="ignore",
            )


def size_words(path: Path) -> str:
    """The size of a file for people."""
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"


main()
