"""Whether a stored run was measured on the catalogue and with the weights that are on this machine now."""

from functools import lru_cache
from typing import Any

from core.catalogs.registry import available_catalogs
from core.encoders.registry import ENCODERS
from core.encoders.serving import weights_digest
from core.encoders.weights import weights_path
from dashboard import resources

NOTE = "out of date"


def why_outdated(facts: dict[str, Any]) -> str:
    """Why a run of these facts should be measured anew; "" if nothing speaks for it.

    A catalogue or weights that are not on this machine are no reason: numbers that came with the code stay.
    """
    reasons = []
    now = _catalog_now(facts["catalog"])
    if now and facts.get("catalog_digest") not in (None, now):
        reasons.append("the catalogue has changed since")
    now = _weights_now(facts["encoder"])
    if now and facts.get("weights") not in (None, now):
        reasons.append("the encoder's weights or preprocessing have changed since")
    return " and ".join(reasons)


def _catalog_now(name: str) -> str:
    if all(spec.name != name for spec in available_catalogs()):
        return ""
    try:
        return resources.digest_of_catalog(name)
    except (ValueError, OSError):
        return ""  # the Catalogues page says what is wrong with it


def _weights_now(encoder_name: str) -> str:
    spec = ENCODERS.get(encoder_name)
    path = weights_path(spec) if spec else None
    return _digest(encoder_name, path.stat().st_mtime_ns) if path else ""


@lru_cache(32)
def _digest(encoder_name: str, changed: int) -> str:
    return weights_digest(ENCODERS[encoder_name])
