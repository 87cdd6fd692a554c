"""A CLIP of a few thousand weights, registered beside the real encoders, for tests of the text and image path."""

import json
from pathlib import Path

import pytest

from core.encoders import registry
from core.encoders.spec import CLIP_MEAN, CLIP_STD, EncoderSpec
from core.encoders.weights import WEIGHTS_FILE, models_folder

CONFIG = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "head_width": 32, "patch_size": 8},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2},
}
SPEC = EncoderSpec(
    "tiny-clip", "Tiny CLIP", "open_clip", "tiny-clip", "none", 16, 32, CLIP_MEAN, CLIP_STD, "none", "https://none",
    reads_text=True,
)  # fmt: skip


def register(folder: Path, monkeypatch: pytest.MonkeyPatch) -> EncoderSpec:
    """Make the tiny CLIP known, with random weights in the artifacts folder of the moment."""
    import open_clip
    import torch
    from safetensors.torch import save_file

    config = folder / "tiny-clip.json"
    config.write_text(json.dumps(CONFIG))
    open_clip.add_model_config(config)
    monkeypatch.setitem(registry.ENCODERS, SPEC.name, SPEC)
    torch.manual_seed(0)
    state = open_clip.create_model(SPEC.architecture, pretrained=None).state_dict()
    models_folder(SPEC).mkdir(parents=True)
    save_file({name: tensor.clone() for name, tensor in state.items()}, models_folder(SPEC) / WEIGHTS_FILE)
    return SPEC
