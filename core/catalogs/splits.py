"""Which items ask and which answer where the publisher did not say: drawn by hash, so it never changes."""

import hashlib
from collections.abc import Iterable

QUERY_SHARE = 0.15
SEED = "drape-1"


def hashed_splits(keys: Iterable[str], *, query_share: float = QUERY_SHARE, seed: str = SEED) -> list[str]:
    """ "query" or "gallery" for each key, the same on every machine and whatever the other keys are.

    Args:
        keys: What must not be torn apart: product ids, or photos. Equal keys get the same answer.
        query_share: Share of the distinct keys that ask, in [0, 1].
        seed: Another seed draws another share.
    """
    drawn: dict[str, str] = {}
    splits = []
    for key in keys:
        if key not in drawn:
            digest = hashlib.sha256(f"{seed}:{key}".encode()).digest()
            position = int.from_bytes(digest[:8], "big") / 2**64  # uniform in [0, 1)
            drawn[key] = "query" if position < query_share else "gallery"
        splits.append(drawn[key])
    return splits
