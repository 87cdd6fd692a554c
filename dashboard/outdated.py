"""Whether a stored run was measured on the catalogue, weights and detector that are on this machine now."""

from functools import lru_cache
from typing import Any

from core.catalogs.registry import available_catalogs
from core.encoders.registry import ENCODERS
from core.encoders.serving import weights_digest
from core.encoders.weights import chosen_path, weights_path
from core.pipeline import detector_digest
from core.side_by_side.fusion_names import member_names
from dashboard import resources

NOTE = "out of date"


def why_outdated(facts: dict[str, Any]) -> str:
    """Why a run of these facts should be measured anew; "" if nothing speaks for it.

    A catalogue, weights or detector that are not on this machine are no reason: numbers that came with the code stay.
    """
    checks = (
        ("catalog_digest", _catalog_now(facts["catalog"]), "the catalogue has changed since"),
        ("weights", _weights_now(facts["encoder"]), "the encoder's weights or preprocessing have changed since"),
        ("detector", detector_digest(), "the detector that found the garments has changed since"),
    )
    return " and ".join(why for name, now, why in checks if now and facts.get(name) not in (None, now))


def _catalog_now(name: str) -> str:
    if all(spec.name != name for spec in available_catalogs()):
        return ""
    try:
        return resources.digest_of_catalog(name)
    except (ValueError, OSError):
        return ""  # the Catalogues page says what is wrong with it


def _weights_now(model: str) -> str:
    digests = []
    for name in member_names(model):
        spec = ENCODERS.get(name)
        path = weights_path(spec) if spec else None
        if spec is None or path is None:
            return ""
        changed = tuple(one.stat().st_mtime_ns for one in (path, chosen_path(spec)) if one is not None)
        digests.append(_digest(name, changed))
    return "+".join(digests)


@lru_cache(32)
def _digest(encoder_name: str, changed: tuple[int, ...]) -> str:
    return weights_digest(ENCODERS[encoder_name])
