"""A whole training, small: a card that paints, the same after a stop."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from vst_core.styles.predicted import Predictor
from vst_core.styles.predictor_card import read_predictor
from vst_core.training import PredictorRun, load_predictor_recipe, train_predictor
from vst_core.training.training_loop import Trainer

pytestmark = [pytest.mark.usefixtures("one_thread"), pytest.mark.slow]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    here = tmp_path_factory.mktemp("predictor")
    random = np.random.default_rng(0)
    for kind, count in (("paintings", 3), ("photos", 2)):
        (here / kind).mkdir()
        for number in range(count):
            pixels = random.integers(0, 256, (72, 88, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(here / kind / f"{number}.png")
    with (here / "paintings" / "SOURCES.csv").open("w", newline="") as lines:
        csv.writer(lines).writerows([("file", "split"), ("0.png", "test"), ("1.png", "train")])
    return here


def planned(folder, shared, output):
    recipe = replace(
        load_predictor_recipe("small"),
        width=4, middle=8, wide=12, hidden=16, steps=6, batch=1, crop=64, still_side=72,
        bank=8, scenes=1, reuse=2, moving=0.5,
    )  # fmt: skip
    return PredictorRun(
        recipe=recipe,
        paintings=(folder / "paintings",),
        photographs=folder / "photos",
        output=output,
        weights_dir=shared / "weights",
        device="cpu",
        checkpoint_every=2,
    )


def test_a_stopped_run_ends_with_the_bytes_of_one_that_was_not(
    folder, shared, tmp_path, monkeypatch
):
    whole = train_predictor(planned(folder, shared, tmp_path / "whole"), lambda _: None)
    advance = Trainer._advance

    def stop(self, batch):
        if self.step == 4:
            raise KeyboardInterrupt
        advance(self, batch)

    monkeypatch.setattr(Trainer, "_advance", stop)
    with pytest.raises(KeyboardInterrupt):
        train_predictor(planned(folder, shared, tmp_path / "parts"), lambda _: None)
    monkeypatch.setattr(Trainer, "_advance", advance)
    parts = train_predictor(planned(folder, shared, tmp_path / "parts"), lambda _: None)
    one, other = (load_file(card.with_suffix(".safetensors")) for card in (whole, parts))
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_the_card_opens_and_lists_what_was_seen(folder, shared, tmp_path):
    card = train_predictor(planned(folder, shared, tmp_path), lambda _: None)
    predictor = Predictor(read_predictor(card))
    state = predictor.state(predictor.statistics(folder / "paintings" / "0.png"))
    predictor.trunk().load_state_dict(state)
    listed = json.loads((tmp_path / "any.training.json").read_text())
    assert [row["file"] for row in listed["paintings"]] == ["1.png", "2.png"]
    assert [row["file"] for row in listed["photographs"]] == ["0.png", "1.png"]
