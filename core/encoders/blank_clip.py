"""An open_clip model without weights, for its own to be put in."""

import logging
from typing import Any


def blank_clip(architecture: str) -> Any:
    """The model of an open_clip configuration with random weights, without its warning that they are random."""
    import open_clip

    root = logging.getLogger()
    root.addFilter(_is_no_warning_of_randomness)
    try:
        return open_clip.create_model(architecture, pretrained=None, load_weights=False)
    finally:
        root.removeFilter(_is_no_warning_of_randomness)


def _is_no_warning_of_randomness(record: logging.LogRecord) -> bool:
    return "No pretrained weights loaded" not in record.getMessage()
