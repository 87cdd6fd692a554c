"""Stored runs of the drawn catalogue, their report, and its document."""

from collections.abc import Iterator

import pytest

from core.evaluation.per_query import Evaluation
from core.report.build import Report, build_report
from tests.core.report.page import Page
from tests.drawn_report import store_runs


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Evaluation]]:
    """Runs that all tests of this file read and none changes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAPE_ARTIFACTS", str(tmp_path_factory.mktemp("report") / "artifacts"))
        yield store_runs()


@pytest.fixture(scope="module")
def report(stored: dict[str, Evaluation]) -> Report:
    return build_report("drawn")


@pytest.fixture(scope="module")
def page(report: Report) -> Page:
    return Page(report.html)
