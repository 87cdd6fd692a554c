"""Small files replaced in one step, and names that stay in their folder."""

from pathlib import Path

import pytest

from core.files import is_plain_name, sha256_of, write_text_atomically


def test_text_is_replaced_in_one_step_and_leaves_no_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "note.json"
    for text in ("first", "zweite ü"):
        write_text_atomically(path, text)
        assert path.read_text(encoding="utf-8") == text
    assert [entry.name for entry in tmp_path.iterdir()] == ["note.json"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("studio", True), ("my shop 2", True), ("..a", True), ("", False), (".", False), ("..", False)]
    + [(text, False) for text in ("a/b", "/a", "a\\b", "a\0", "../a")],
)
def test_plain_names(text: str, expected: bool) -> None:
    assert is_plain_name(text) is expected


def test_the_digest_is_the_one_that_the_standard_prints(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")  # the example of FIPS 180-2, appendix B.1
    assert sha256_of(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
