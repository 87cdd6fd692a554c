import hashlib
import os
from itertools import combinations
from pathlib import Path

import imagehash
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.catalogs import scan as scanning
from core.catalogs.catalog import Catalog
from core.catalogs.duplicates import MAX_TILE_DIFFERENCE, PAIR_COLUMNS, duplicate_groups, near_duplicates
from core.catalogs.registry import load_catalog
from core.catalogs.scan import Scan, channel_stats, load_scan, scan_catalog, scan_folder
from core.catalogs.summary import summarize_catalog
from detection.images import open_image


@pytest.fixture
def shop(data_root: Path, write_picture) -> Path:
    """Four sound pictures, one of them twice, one cut short and one that is no picture."""
    folder = data_root / "shop"
    for number, size in enumerate([(40, 30), (32, 32), (64, 20)]):
        write_picture(folder / f"{number}.png", number, size)
    (folder / "copy of 1.png").write_bytes((folder / "1.png").read_bytes())
    write_picture(folder / "cut.jpg", 9, (200, 200))
    (folder / "cut.jpg").write_bytes((folder / "cut.jpg").read_bytes()[:4000])
    (folder / "not.png").write_text("no picture")
    return folder


def test_scan_finds_content_size_and_look(shop: Path) -> None:
    calls: list[tuple[int, int]] = []
    scan = scan_catalog(load_catalog("shop"), on_progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (6, 6)
    assert list(scan.broken) == ["cut.jpg", "not.png"]
    assert "damaged" in scan.broken["cut.jpg"]
    for row in scan.sound.to_dict("records"):
        path = shop / row["image"]
        assert row["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        with Image.open(path) as picture:
            assert (row["width"], row["height"]) == picture.size
            assert row["phash"] == str(imagehash.phash(picture))
    assert duplicate_groups(scan) == [("1.png", "copy of 1.png")]


def test_channel_statistics_are_those_of_all_pixels_at_once(shop: Path) -> None:
    scan = scan_catalog(load_catalog("shop"))
    names = ["0.png", "1.png", "2.png", "copy of 1.png"]
    pixels = np.concatenate([open_image(shop / name).reshape(-1, 3) for name in names]) / 255
    stats = channel_stats(scan)
    assert stats is not None
    np.testing.assert_allclose(stats.mean, pixels.mean(axis=0), rtol=0, atol=1e-12)
    np.testing.assert_allclose(stats.std, pixels.std(axis=0), rtol=0, atol=1e-12)
    assert (stats.n_pictures, stats.n_pixels) == (4, len(pixels))
    kept = summarize_catalog(load_catalog("shop"))["scan"]
    assert kept["mean"] == list(stats.mean)


def test_a_kept_scan_is_read_back_whole(shop: Path) -> None:
    scan = scan_catalog(load_catalog("shop"))
    kept = load_scan("shop")
    assert kept is not None
    assert kept.is_complete
    assert kept.table.to_dict("records") == scan.table.to_dict("records")
    assert load_scan("another") is None


def test_only_changed_pictures_are_read_again(shop: Path, monkeypatch, write_picture) -> None:
    scan_catalog(load_catalog("shop"))
    read: list[str] = []
    original = scanning._scan_picture
    monkeypatch.setattr(scanning, "_scan_picture", lambda c, image, s: read.append(image) or original(c, image, s))
    scan_catalog(load_catalog("shop"))
    assert read == []
    write_picture(shop / "2.png", 77, (50, 50))
    write_picture(shop / "new.png", 5)
    (shop / "0.png").unlink()
    state = (shop / "1.png").stat()
    os.utime(shop / "1.png", ns=(state.st_atime_ns, state.st_mtime_ns + 1_000_000))
    scan = scan_catalog(load_catalog("shop"))
    assert sorted(read) == ["1.png", "2.png", "new.png"]
    assert "0.png" not in set(scan.table["image"])
    assert scan.table.set_index("image").loc["2.png", "width"] == 50


def test_a_stopped_scan_goes_on_where_it_stood(shop: Path, monkeypatch) -> None:
    monkeypatch.setattr(scanning, "CHUNK", 2)

    def stop(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan_catalog(load_catalog("shop"), on_progress=stop)
    half = load_scan("shop")
    assert half is not None
    assert not half.is_complete
    assert len(half.table) == 4
    read: list[str] = []
    original = scanning._scan_picture
    monkeypatch.setattr(scanning, "_scan_picture", lambda c, image, s: read.append(image) or original(c, image, s))
    whole = scan_catalog(load_catalog("shop"))
    assert len(read) == 2
    assert whole.table["image"].tolist() == load_catalog("shop").items["image"].tolist()


def test_a_damaged_scan_counts_as_none(shop: Path) -> None:
    scan_catalog(load_catalog("shop"))
    (table,) = scan_folder("shop").glob("scan-*.parquet")
    table.write_bytes(table.read_bytes()[:-1] + b"x")
    assert load_scan("shop") is None
    assert scan_catalog(load_catalog("shop")).is_complete


def test_several_workers_find_the_same(shop: Path) -> None:
    catalog = load_catalog("shop")
    one = scan_catalog(catalog, workers=1).table
    (scan_folder("shop") / "manifest.json").unlink()
    assert scan_catalog(catalog, workers=5).table.equals(one)


def test_a_file_that_vanishes_is_broken_not_fatal(shop: Path) -> None:
    catalog = load_catalog("shop")
    (shop / "0.png").unlink()
    assert "0.png" in scan_catalog(catalog).broken


def test_a_saved_anew_picture_is_a_near_duplicate(data_root: Path) -> None:
    rng = np.random.default_rng(3)
    for number in range(6):
        small = Image.fromarray(rng.integers(0, 256, (6, 6, 3), dtype=np.uint8))
        picture = small.resize((160, 160), Image.Resampling.BICUBIC)
        (data_root / "shop").mkdir(exist_ok=True)
        picture.save(data_root / "shop" / f"{number}.png")
        if number in (2, 4):
            picture.resize((120, 120)).save(data_root / "shop" / f"{number} again.jpg", quality=70)
    scan = scan_catalog(load_catalog("shop"))
    assert duplicate_groups(scan) == []
    pairs = near_duplicates(scan)[["image_a", "image_b"]].to_numpy().tolist()
    assert sorted(pairs) == [["2 again.jpg", "2.png"], ["4 again.jpg", "4.png"]]


def _random_scan(count: int, seed: int, *, is_clustered: bool) -> Scan:
    """Hashes near each other in clusters, tiles near or far, some contents repeated, one picture broken."""
    rng = np.random.default_rng(seed)
    centres = rng.integers(0, 2**64, 5 if is_clustered else count, dtype=np.uint64)
    rows = []
    for number in range(count):
        value = int(centres[number % len(centres)])
        for bit in rng.integers(0, 64, rng.integers(0, 5)):
            value ^= 1 << int(bit)
        tile = np.full(768, 100, np.uint8) + np.uint8(rng.choice([0, 20, 60, 100]))
        content = f"content {number if rng.random() < 0.9 else 0}"
        error = "broken" if number == 7 else ""
        rows.append((f"{number}.jpg", content, f"{value:016x}", tile.tobytes(), error))
    return Scan("drawn", pd.DataFrame(rows, columns=["image", "sha256", "phash", "tile", "error"]))


def _slow_pairs(scan: Scan, max_distance: int) -> set[tuple[str, str, int]]:
    """Every picture compared with every other one, bit by bit."""
    seen: set[str] = set()
    rows = []
    for row in scan.table.to_dict("records"):
        if row["error"] == "" and row["sha256"] not in seen:
            seen.add(row["sha256"])
            rows.append(row)
    pairs = set()
    for first, second in combinations(rows, 2):
        distance = bin(int(first["phash"], 16) ^ int(second["phash"], 16)).count("1")
        difference = max(abs(a - b) for a, b in zip(first["tile"], second["tile"], strict=True))
        if distance <= max_distance and difference <= MAX_TILE_DIFFERENCE:
            pairs.add((first["image"], second["image"], distance))
    return pairs


@pytest.mark.parametrize("max_distance", [0, 1, 4, 9, 16])
@pytest.mark.parametrize(("count", "is_clustered"), [(0, True), (1, True), (9, True), (90, True), (60, False)])
def test_near_duplicates_are_those_of_the_slow_comparison(count: int, is_clustered: bool, max_distance: int) -> None:
    scan = _random_scan(count, seed=count, is_clustered=is_clustered)
    found = near_duplicates(scan, max_distance)
    assert tuple(found.columns) == PAIR_COLUMNS
    pairs = list(found.itertuples(index=False, name=None))
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == _slow_pairs(scan, max_distance)
    assert found["distance"].is_monotonic_increasing


def test_the_slow_comparison_has_something_to_find() -> None:
    assert len(_slow_pairs(_random_scan(90, seed=90, is_clustered=True), 4)) > 20


def test_large_buckets_are_compared_in_blocks(monkeypatch) -> None:
    monkeypatch.setattr("core.catalogs.duplicates.ROWS_AT_ONCE", 7)
    scan = _random_scan(90, seed=5, is_clustered=True)
    assert set(near_duplicates(scan, 6).itertuples(index=False, name=None)) == _slow_pairs(scan, 6)


@pytest.mark.parametrize("max_distance", [-1, 17])
def test_a_distance_out_of_range_is_refused(max_distance: int) -> None:
    with pytest.raises(ValueError, match="0 to 16 bits"):
        near_duplicates(_random_scan(3, 1, is_clustered=True), max_distance)


def test_nothing_sound_has_no_statistics(data_root: Path, tmp_path: Path, write_picture) -> None:
    write_picture(data_root / "shop" / "a.png")
    catalog: Catalog = load_catalog("shop")
    (data_root / "shop" / "a.png").write_bytes(b"")
    assert channel_stats(scan_catalog(catalog)) is None
    assert "empty" in scan_catalog(catalog).broken["a.png"]
