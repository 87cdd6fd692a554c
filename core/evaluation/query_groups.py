"""Queries that are not independent: several garments of one photo, several photos of one product."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def query_groups(items: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """(q,) int64, 0..g-1 in order of appearance: equal for queries that are equal in one of the columns.

    Chains count: if a and b show one product and b and c are of one photo, all three are a group. A value that is
    unknown ("") makes no group.

    >>> items = pd.DataFrame({"image": ["1", "1", "2", "3"], "product_id": ["a", "b", "b", ""]})
    >>> query_groups(items, ["image", "product_id"]).tolist()
    [0, 0, 0, 1]
    """
    groups = np.arange(len(items))
    linked = [_numbered(items[column].astype(str).to_numpy()) for column in columns]
    while True:
        before = groups
        for numbers in linked:
            groups = pd.Series(groups).groupby(numbers).transform("min").to_numpy()
        if np.array_equal(before, groups):
            return pd.factorize(groups)[0].astype(np.int64)


def _numbered(values: np.ndarray) -> np.ndarray:
    """(q,) int64, equal for equal values; every unknown one has a number of its own."""
    numbers = pd.factorize(values)[0].astype(np.int64)
    return np.where(values == "", len(values) + np.arange(len(values)), numbers)
