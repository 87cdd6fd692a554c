"""Groups of queries: the same as walking from query to query over equal values."""

import numpy as np
import pandas as pd
import pytest

from core.evaluation.query_groups import query_groups


def slow_groups(items: pd.DataFrame, columns: list[str]) -> list[set[int]]:
    """Walk from each query to all that are equal to it in a column, and on."""
    left, groups = set(range(len(items))), []
    while left:
        reached, waiting = set(), [min(left)]
        while waiting:
            row = waiting.pop()
            reached.add(row)
            for column in columns:
                value = items[column][row]
                equal = {other for other in left - reached if value != "" and items[column][other] == value}
                waiting += equal
                reached |= equal
        groups.append(reached)
        left -= reached
    return groups


@pytest.mark.parametrize("seed", range(6))
def test_groups_equal_a_walk(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = 80
    items = pd.DataFrame(
        {
            "image": rng.choice([*(f"{n}.jpg" for n in range(60)), ""], count),
            "product_id": rng.choice([*(f"p{n}" for n in range(50)), "", ""], count),
        },
        index=np.arange(count)[::-1],  # positions count, not the index
    ).reset_index(drop=True)
    found = query_groups(items, ["image", "product_id"])
    groups = slow_groups(items, ["image", "product_id"])
    assert [set(np.flatnonzero(found == number)) for number in range(len(groups))] == groups
    assert 1 < len(groups) < count


def test_without_ties_everybody_is_alone_and_nobody_makes_no_group() -> None:
    items = pd.DataFrame({"image": ["", "", "a"]}, dtype=object)
    assert query_groups(items, ["image"]).tolist() == [0, 1, 2]
    assert query_groups(items, []).tolist() == [0, 1, 2]
    assert query_groups(items.iloc[:0], ["image"]).tolist() == []
