"""What is published is what was trained: weights, facts and card; and open_clip alone can load the CLIP."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from safetensors.torch import load_file, save_file

from core import settings
from core.encoders.nearness import Nearness, frequencies_of
from core.encoders.networks import build_served, build_text
from core.encoders.parts import Parts
from core.encoders.picture_looks import Look, Looks, looks_of
from core.encoders.registry import encoder_spec
from core.encoders.serving import weights_digest
from core.encoders.spec import EncoderError, EncoderSpec
from core.encoders.trained import CONFIGS
from core.encoders.weights import CHOSEN_FILE, WEIGHTS_FILE, load_state
from core.progress import Reporter
from core.training import publishing
from core.training.part_weights import Choice, nearness_of
from core.training.publishing import publish_run, save_weights
from core.training.recipes import RECIPES
from core.training.run_folder import load_checkpoint, save_checkpoint
from core.training.starting import build_trainee
from core.training.training_set import TrainingError
from tests.core.training.drawn_set import TINY, tiny_recipe
from tests.core.training.finished import randomised

REPORTER = Reporter("test", None)


def least_cosine(one: torch.Tensor, other: torch.Tensor) -> float:
    return float(torch.cosine_similarity(one.double(), other.double(), dim=1).min())


@pytest.mark.slow
def test_a_published_model_serves_what_the_trainee_gives(run: Path, spec: EncoderSpec, tmp_path: Path) -> None:
    folder = publish_run(TINY, tmp_path / "runs", REPORTER)
    assert folder == settings.models_root() / "tiny"
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md", "chosen.safetensors", "metrics.csv", "training.json", "training.png", "weights.safetensors",
    ]  # fmt: skip
    facts = json.loads((folder / "training.json").read_text())
    trainee = randomised(build_trainee(TINY, tmp_path))
    trainee.load_state_dict(torch.load(run / "best.pt", weights_only=True)["trainee"])
    trainee.eval().image.parts.weigh([facts["part_weights"]["kind"], facts["part_weights"]["look"]])
    squares = torch.randint(0, 256, (6, 3, 32, 32), dtype=torch.uint8)
    with torch.inference_mode():
        served = build_served(spec)(squares)
        exact = trainee.image((squares.float() - trainee.mean) / trainee.std)
        trained = trainee.embed(squares.float())
    assert least_cosine(served, exact) > 0.9999  # half precision of the weights costs nothing
    assert least_cosine(served, trained) > 0.99  # bfloat16 of the training little
    assert torch.allclose(served.norm(dim=1), torch.ones(6), atol=1e-5)


@pytest.mark.usefixtures("chosen")
def test_weights_are_half_precision_but_for_statistics_and_what_is_chosen(run: Path, tmp_path: Path) -> None:
    folder = publish_run(TINY, tmp_path / "runs", REPORTER)
    for name, tensor in load_file(folder / WEIGHTS_FILE).items():
        if "running_" in name:
            assert tensor.dtype == torch.float32, name
        elif tensor.is_floating_point():
            assert tensor.dtype == torch.float16, name
    chosen = load_file(folder / CHOSEN_FILE)
    assert set(chosen) == {"parts.dims", "parts.weights"}
    assert float(chosen["parts.weights"].sum()) == pytest.approx(1)


def test_choosing_anew_leaves_the_network_s_file_as_it_was(tmp_path: Path) -> None:
    trainee = randomised(build_trainee(TINY, tmp_path))
    save_weights(trainee, tmp_path)
    before, stat = (tmp_path / WEIGHTS_FILE).read_bytes(), (tmp_path / WEIGHTS_FILE).stat()
    trainee.image.parts.weigh((0.9, 0.1))
    trainee.image.looks = Looks((Look(), Look(0.8)))
    save_weights(trainee, tmp_path)
    now = (tmp_path / WEIGHTS_FILE).stat()
    assert (now.st_ino, now.st_mtime_ns) == (stat.st_ino, stat.st_mtime_ns)  # not even written
    chosen = load_file(tmp_path / CHOSEN_FILE)
    torch.testing.assert_close(chosen["parts.weights"], torch.tensor([0.9, 0.1]))
    torch.testing.assert_close(chosen["looks"], torch.tensor([[1.0, 0.0], [0.8, 0.0]]))
    with torch.no_grad():
        trainee.image.head.bias += 1
    save_weights(trainee, tmp_path)
    assert (tmp_path / WEIGHTS_FILE).read_bytes() != before


def test_what_was_chosen_last_counts_where_both_files_say_something(
    spec: EncoderSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "models_root", lambda: tmp_path)
    folder = tmp_path / spec.weights
    folder.mkdir()
    trainee = randomised(build_trainee(TINY, tmp_path))
    save_weights(trainee, folder)
    chosen = load_file(folder / CHOSEN_FILE)
    earlier = {"parts.weights": torch.tensor([0.3, 0.7]), "parts.answers.0.sharpness": torch.tensor(6.0)}
    save_file({**load_file(folder / WEIGHTS_FILE), **chosen, **earlier}, folder / WEIGHTS_FILE)
    kept = (folder / WEIGHTS_FILE).read_bytes()
    digest = weights_digest(spec)
    trainee.image.parts.weigh((0.8, 0.2))
    save_weights(trainee, folder)
    assert (folder / WEIGHTS_FILE).read_bytes() == kept  # the network is the same, what it says of parts counts no more
    state = load_state(spec)
    assert "parts.answers.0.sharpness" not in state
    torch.testing.assert_close(state["parts.weights"], torch.tensor([0.8, 0.2]))
    assert weights_digest(spec) != digest
    (folder / CHOSEN_FILE).unlink()
    torch.testing.assert_close(load_state(spec)["parts.weights"], torch.tensor([0.3, 0.7]))


@pytest.mark.usefixtures("chosen")
def test_a_recipe_may_publish_the_mean_with_what_it_began_with(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RECIPES, "begun", replace(TINY, name="begun"))
    ended = load_checkpoint(run, "best")["trainee"]
    start = {name: one + 1 if one.is_floating_point() else one for name, one in ended.items()}
    (tmp_path / "runs" / "begun").mkdir()
    save_checkpoint(tmp_path / "runs" / "begun", "best", {"trainee": start})
    recipe = replace(TINY, start="begun", start_share=0.25)
    folder = publish_run(recipe, tmp_path / "runs", REPORTER)
    name = "backbone.features.norm0.running_mean"
    assert torch.allclose(load_file(folder / WEIGHTS_FILE)[name], ended[f"image.{name}"] + 0.25)
    assert "the mean with what it began with, which counts 25%" in (folder / "README.md").read_text()


@pytest.mark.usefixtures("chosen")
def test_a_polished_checkpoint_is_preferred(run: Path, tmp_path: Path, spec: EncoderSpec) -> None:
    state = torch.load(run / "best.pt", weights_only=True)
    state["trainee"]["image.head.bias"] += 1
    save_checkpoint(run, "polished", state)
    folder = publish_run(TINY, tmp_path / "runs", REPORTER)
    assert json.loads((folder / "training.json").read_text())["checkpoint"] == "polished"
    published = load_file(folder / "weights.safetensors")["head.bias"]
    torch.testing.assert_close(published.float(), state["trainee"]["image.head.bias"], rtol=1e-3, atol=1e-3)


@pytest.mark.slow
def test_without_its_run_a_model_is_weighed_anew(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_run(TINY, tmp_path / "runs", REPORTER)
    shutil.rmtree(run)
    near = Nearness(frequencies_of(16, 8, 5.0), 1)
    choice = Choice((0.2, 0.3, 0.5), {"drawn category mAP": 0.7, "score": 0.7}, near=near)
    monkeypatch.setattr(publishing, "choose_weights", lambda *_: choice)
    looks = (Look(), Look(0.8, mirrored=True))
    recipe = tiny_recipe(parts=(TINY.parts[0], replace(TINY.parts[1], near=5.0)), looks=looks)
    before = load_file(settings.models_root() / "tiny" / "weights.safetensors")
    folder = publish_run(recipe, tmp_path / "runs", REPORTER)
    after, facts = load_file(folder / "weights.safetensors"), json.loads((folder / "training.json").read_text())
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items() if name != "parts.weights")
    assert facts["part_weights"] == pytest.approx({"kind": 0.2, "look": 0.3, "nearness": 0.5}, abs=1e-6)
    assert (facts["hours"], facts["best_epoch"], facts["seed"]) == (1.5, 2, 4)
    card = (folder / "README.md").read_text()
    assert "Embedding: 40 numbers of unit length" in card
    said = "Looks at a picture 2 times, its features are averaged: the whole; the middle 80% of either side, mirrored"
    assert said in card
    assert looks_of(load_file(folder / CHOSEN_FILE)["looks"]) == looks
    assert (
        "the nearness of the look (8 numbers, whose cosine is about exp(5 (c - 1)) of its cosine c, counts 50%)" in card
    )
    assert publish_run(recipe, tmp_path / "runs", REPORTER) == folder  # and once more


@pytest.mark.usefixtures("chosen")
def test_what_cannot_be_published_is_an_error_and_changes_nothing(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TrainingError, match="expected a run in"):
        publish_run(TINY, tmp_path / "elsewhere", REPORTER)
    with pytest.raises(EncoderError, match="expected an encoder of"):
        publish_run(tiny_recipe(name="distil-resnet18"), tmp_path / "runs", REPORTER)
    with pytest.raises(TrainingError, match="of another network"):
        publish_run(tiny_recipe(architecture="resnet18"), tmp_path / "runs", REPORTER)
    assert not (tmp_path / "models" / "tiny" / "weights.safetensors").exists()


def test_the_clip_is_served_as_trained_and_open_clip_loads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import open_clip

    monkeypatch.setattr(settings, "models_root", lambda: tmp_path)
    recipe, spec = RECIPES["clip-fashion"], encoder_spec("clip-fashion")
    trainee = randomised(build_trainee(tiny_recipe(**{**vars(recipe), "start": "random"}), tmp_path))
    trainee.image.parts = Parts(recipe.part_dims, (0.2, 0.4, 0.1, 0.3), near=nearness_of(recipe.parts))
    (tmp_path / "clip-fashion").mkdir()
    save_weights(trainee, tmp_path / "clip-fashion")
    tensors = load_file(tmp_path / "clip-fashion" / WEIGHTS_FILE)

    open_clip.add_model_config(CONFIGS / f"{spec.architecture}.json")
    assert "tf_efficientnet_lite2_levels" in timm.list_models()  # as core.encoders.levels is imported
    alone = open_clip.create_model(spec.architecture, pretrained=None).eval()
    alone.load_state_dict(tensors)
    squares = torch.randint(0, 256, (2, 3, 64, 64), dtype=torch.uint8)
    # Smooth fields, as photos have them.
    squares = torch.nn.functional.interpolate(squares.float()[:, :, :4, :4], (64, 64), mode="bicubic").clamp(0, 255)
    squares = squares.to(torch.uint8)
    texts = open_clip.get_tokenizer(spec.architecture)(["a red dress", "blue jeans for men"])
    assert texts.shape == (2, 32)
    with torch.inference_mode():
        pixels = (squares.float() - trainee.mean) / trainee.std
        looks = Looks(recipe.looks)
        served, raw = build_served(spec)(squares), looks.mean(alone.encode_image(looks(pixels)))
        assert least_cosine(served, trainee.image(pixels)) > 0.999
        assert least_cosine(served, trainee.embed(squares.float())) > 0.98
        assert least_cosine(served, trainee.image.parts(raw)) > 0.9999
        model, to_unit = build_text(spec)
        by_text = to_unit(model.encode_text(texts))
        assert least_cosine(by_text, trainee.image.parts(trainee.clip.eval().encode_text(texts))) > 0.999
        assert least_cosine(by_text, trainee.image.parts(alone.encode_text(texts))) > 0.9999
    assert by_text.shape == (2, spec.dim)
    np.testing.assert_allclose(by_text.norm(dim=1).numpy(), 1, atol=1e-5)

    save_weights(trainee, tmp_path / "clip-fashion", (0.1, 0.1, 0.6, 0.2))
    with torch.inference_mode():
        assert least_cosine(build_served(spec)(squares), served) > 0.9999  # pictures are weighed as before
        model, to_unit = build_text(spec)
        otherwise = trainee.image.parts.answered(trainee.image.parts.split(alone.encode_text(texts)))
        scales = torch.tensor([0.1, 0.1, 0.6, 0.2]).sqrt()
        wanted = torch.cat([part * scale for part, scale in zip(otherwise, scales, strict=True)], dim=1)
        assert least_cosine(to_unit(model.encode_text(texts)), wanted) > 0.9999

    del tensors["token_embedding.weight"]
    save_file(tensors, tmp_path / "clip-fashion" / WEIGHTS_FILE)
    with pytest.raises(EncoderError, match=r"do not fit clip-fashion.*python -m core train clip-fashion"):
        build_text(spec)
