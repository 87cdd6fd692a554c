"""The entry: what the address of a page may be."""

import pytest
from starlette.testclient import TestClient

from dashboard.app import app


@pytest.mark.parametrize("asked", ["", "photo=sample/studio-person-03&catalog=studio&crop=g2", "catalog=a%20b%26c"])
def test_the_first_page_has_its_name_as_an_address_too(asked: str) -> None:
    answer = TestClient(app, follow_redirects=False).get(f"/search?{asked}")
    assert answer.is_redirect
    assert answer.next_request is not None
    assert answer.next_request.url.path == "/"
    assert answer.next_request.url.query == asked.encode()
