"""What every page of measured numbers lets choose, all of it in the address; and what it shows before there are any."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.artifacts import ArtifactError
from core.building import DEMO_CATALOGS
from core.catalogs.registry import available_catalogs, catalog_spec, known_catalogs
from core.encoders.registry import ENCODERS
from core.evaluation.metric_texts import relevance_title
from core.evaluation.per_query import Evaluation
from core.evaluation.results import stored_catalogs, stored_runs
from dashboard import resources
from dashboard.components import bound_select, show_job, show_refusal
from dashboard.run_words import run_words

CATALOG, ALL = "catalog", "all"


def choose_catalog() -> str:
    """The catalogue whose numbers are shown; the one chosen last on any of these pages, else one that has numbers."""
    measured = set(stored_catalogs())
    titles = {spec.name: spec.title for spec in known_catalogs() if spec.name in measured}
    titles |= {spec.name: spec.title for spec in available_catalogs() if spec.name not in titles}
    titles = titles or {"studio": catalog_spec("studio").title}
    first = next((name for name in DEMO_CATALOGS if name in measured), next(iter(titles)))
    if CATALOG not in st.query_params and (last := st.session_state.get("measured-catalog")) in titles:
        st.query_params[CATALOG] = last
    chosen = bound_select("Catalogue", titles, first, CATALOG)
    st.session_state["measured-catalog"] = chosen
    return chosen


def choose_relevance(relevances: list[str]) -> str:
    """What counts as relevant."""
    return bound_select("Relevant is", {name: relevance_title(name) for name in relevances}, relevances[0], "relevance")


def choose_k(ks: list[int]) -> int:
    """The cut-off of the metrics that have one."""
    default = 10 if 10 in ks else ks[-1]
    return int(bound_select("First k results", {str(k): str(k) for k in ks}, str(default), "k"))


def choose_run(runs: list[str], label: str = "Model", parameter: str = "run", *, default: str | None = None) -> str:
    """One of the measured runs."""
    return bound_select(label, {run: run_words(run) for run in runs}, default or runs[0], parameter)


def ranked_runs(catalog_name: str) -> list[str]:
    """The stored runs, the highest mAP first, so that pages open on the best; what cannot be read at the end."""

    def rank(run: str) -> float:
        try:
            cells = next(iter(resources.run_summary(catalog_name, run).metrics.values()))
        except (ArtifactError, StopIteration):
            return 1.0
        return -(cells["AP"]["mean"] or 0.0)

    return sorted(stored_runs(catalog_name), key=rank)


def choose_evaluation(what: str) -> tuple[Evaluation, list[str], DeltaGenerator]:
    """A stored evaluation by catalogue and run, all runs of its catalogue, and the place beside for one choice more.

    Where there is none to show, the page ends with the empty state, `what` saying what would be here, or the refusal.
    """
    where, model, beside = st.columns([3, 4, 3])
    with where:
        catalog_name = choose_catalog()
    runs = ranked_runs(catalog_name)
    if not runs:
        show_unmeasured(catalog_name, what)
        st.stop()
    with model:
        run = choose_run(runs)
    try:
        evaluation = resources.evaluation(catalog_name, run)
    except ArtifactError as error:
        show_refusal(error)
        show_measure(catalog_name)
        st.stop()
    show_photos_notice(catalog_name)
    return evaluation, runs, beside


def has_photos(catalog_name: str) -> bool:
    """Whether the catalogue's pictures are on this machine; numbers and rankings are shown without them too."""
    return any(spec.name == catalog_name for spec in available_catalogs())


def show_photos_notice(catalog_name: str) -> None:
    """Said once where the numbers came with the code and the photos did not."""
    if not has_photos(catalog_name):
        st.info(
            f"The photos of {catalog_spec(catalog_name).title} are not on this machine, so their words stand in their "
            "places. The numbers are those that were measured; the Catalogues page says how to get the photos.",
            icon=":material/hide_image:",
        )


def show_unmeasured(catalog_name: str, what: str) -> None:
    """The empty state: what would be here, and the click that fills it."""
    spec = catalog_spec(catalog_name)
    st.subheader(f"{spec.title} has not been measured yet", anchor=False)
    st.write(f"{what} {spec.protocol}")
    show_measure(catalog_name)


def show_measure(catalog_name: str, *, is_main: bool = True) -> None:
    """The click that measures every encoder on this machine, and the command that does the same."""
    names = resources.encoder_names()
    command = ["evaluate", "--catalog", catalog_name]
    for name in names:
        command += ["--encoder", name]
    titles = ", ".join(ENCODERS[name].title for name in names)
    st.caption(f"Measures {titles}. It goes on when you leave this page; pictures are encoded once.")
    show_job(f"evaluate-{catalog_name}", "Measure the models", command, icon=":material/monitoring:", is_main=is_main)
    with st.expander("Or on the command line", icon=":material/terminal:"):
        st.code(f"python -m core {' '.join(command)}", language="sh", wrap_lines=True)
        st.caption(
            "With --crop auto or --crop truth the query is the detected garment or its true box. With --features pca:64"
            " or whiten:64 the embeddings are reduced first."
        )
