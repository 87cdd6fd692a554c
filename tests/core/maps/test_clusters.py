import numpy as np
import pytest

from core.maps.clusters import OUTLIER, Clusters, cluster_table, find_clusters, label_suspects, purity, smallest_cluster


def blobs(sizes: tuple[int, ...], seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return np.stack([labels * 10.0, labels % 2 * 10.0], axis=1) + rng.normal(size=(len(labels), 2)) * 0.3, labels


def test_blobs_are_found_the_largest_first_and_strays_are_outliers() -> None:
    points, labels = blobs((20, 60, 35))
    points = np.concatenate([points, [[100.0, 100.0], [-80.0, 40.0]]])
    found = find_clusters(points, 10)
    assert found.count == 3
    # Which blob got which number: by size.
    assert [set(found.labels[:115][labels == blob]) - {OUTLIER} for blob in range(3)] == [{2}, {0}, {1}]
    assert found.labels[115:].tolist() == [OUTLIER, OUTLIER]
    assert found.strength[115:].tolist() == [0, 0]
    assert (found.strength[found.labels >= 0] > 0).all()
    assert find_clusters(points, 10).labels.tolist() == found.labels.tolist()


def test_fewer_items_than_a_cluster_are_outliers() -> None:
    found = find_clusters(np.zeros((4, 2)), 5)
    assert found.count == 0
    assert found.labels.tolist() == [OUTLIER] * 4


@pytest.mark.parametrize(("count", "expected"), [(12, 5), (3600, 18), (50_000, 100)])
def test_the_smallest_cluster_grows_with_the_map(count: int, expected: int) -> None:
    assert smallest_cluster(count) == expected


def test_purity_is_the_share_of_the_main_value_and_unknown_ones_do_not_count() -> None:
    clusters = Clusters(np.array([0, 0, 0, 0, 1, 1, -1]), np.ones(7, np.float32))
    table = cluster_table(clusters, np.array(["a", "a", "b", "", "c", "c", "a"]))
    assert table["items"].tolist() == [4, 2]
    assert table["known"].tolist() == [3, 2]
    assert table["main"].tolist() == ["a", "c"]
    assert table["purity"].tolist() == [pytest.approx(2 / 3), 1.0]
    assert table["second"].tolist() == ["b", ""]
    assert table["second_share"].tolist() == [pytest.approx(1 / 3), 0.0]
    assert purity(table) == pytest.approx(4 / 5)


def test_purity_without_anything_known_is_not_a_number() -> None:
    table = cluster_table(Clusters(np.zeros(2, np.int64), np.ones(2, np.float32)), np.array(["", ""]))
    assert np.isnan(purity(table))
    assert np.isnan(purity(cluster_table(find_clusters(np.zeros((2, 2))), np.array(["a", "b"]))))


def slow_suspicion(
    rows: np.ndarray, scores: np.ndarray, labels: np.ndarray, groups: np.ndarray
) -> dict[int, tuple[str, float]]:
    """Item -> (the label with the most votes that is not its own, its margin over the own one)."""
    found = {}
    for item, label in enumerate(labels):
        votes: dict[str, float] = {}
        for other, score in zip(rows[item], scores[item], strict=True):
            if groups[other] != groups[item] and labels[other]:
                weight = 1 / max(float(np.sqrt(max(2 - 2 * float(score), 0))), 0.05)
                votes[labels[other]] = votes.get(labels[other], 0) + weight
        others = {name: vote for name, vote in votes.items() if name != label}
        if others and label:
            best = max(others, key=lambda name: others[name])
            found[item] = (best, (others[best] - votes.get(label, 0)) / sum(votes.values()))
    return found


def test_suspects_are_those_of_a_slow_count() -> None:
    rng = np.random.default_rng(4)
    count = 60
    rows = np.stack([rng.permutation([at for at in range(count) if at != item])[:7] for item in range(count)])
    scores = -np.sort(-rng.uniform(-0.2, 1, (count, 7)).astype(np.float32))
    labels, groups = rng.choice(["dress", "top", "shoe", ""], count), rng.integers(0, 20, count)
    expected = {item: pair for item, pair in slow_suspicion(rows, scores, labels, groups).items() if pair[1] >= 0.3}
    table = label_suspects(rows, scores, labels, groups, least=0.3)
    assert {row["row"]: row["suggested"] for row in table.to_dict("records")} == {
        item: label for item, (label, _) in expected.items()
    }
    assert table["score"].to_numpy() == pytest.approx([expected[row][1] for row in table["row"]])
    assert (np.diff(table["score"]) <= 0).all()


def test_a_wrong_label_is_found_and_other_pictures_of_the_product_have_no_vote() -> None:
    labels = np.array(["top"] * 9 + ["shoe"])
    rows = np.array([[other for other in range(10) if other != item][:8] for item in range(10)])
    scores = np.full((10, 8), 0.9, np.float32)
    groups = np.arange(10)
    table = label_suspects(rows, scores, labels, groups)
    assert table["row"].tolist() == [9]
    assert table.loc[0, ["label", "suggested", "votes"]].tolist() == ["shoe", "top", 8]
    assert table.loc[0, "score"] == pytest.approx(1)
    assert label_suspects(rows, scores, labels, np.zeros(10, np.int64)).empty
