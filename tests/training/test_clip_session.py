"""A whole training of a network without flow, small: from a card to a card with one more."""

from dataclasses import asdict, replace

import pytest
import torch
from safetensors.torch import load_file
from training_pictures import save_photographs

from vst_core.errors import UsageError
from vst_core.losses import STYLE_LAYERS
from vst_core.nets import TransformNet, itn_input
from vst_core.styles import StyleCard, read_card, write_card
from vst_core.styles.half_weights import save_half
from vst_core.styles.loading import load_network, load_recurrent, load_state
from vst_core.training import TrainingRun, load_recipe, run_training
from vst_core.training.recipe import StyleEntry

pytestmark = pytest.mark.usefixtures("one_thread")
WIDTH, CHANNELS = 4, dict(zip(STYLE_LAYERS, (64, 128, 256, 512), strict=True))


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """The second style of a trunk of two, with all that a card has."""
    folder = tmp_path_factory.mktemp("start")
    torch.manual_seed(1)
    net = TransformNet(width=WIDTH, styles=2)
    grams = {name: torch.eye(count) for name, count in CHANNELS.items()}
    files = {
        "itn": save_half(net.state_dict(), folder / "trunk-itn.safetensors"),
        "grams": save_half(grams, folder / "own-grams.safetensors"),
    }
    card = StyleCard(
        name="own", title="T", width=WIDTH, row=1, files=files, folder=folder, recipe={"seed": 3}
    )
    return read_card(write_card(card))


def planned(kind, start, shared, tmp_path, **changes):
    recipe = load_recipe(kind)
    settings = replace(recipe.lstm or recipe.huang, **{"steps": 4, **changes})
    recipe = replace(
        recipe, width=WIDTH, crop=32, batch=2, styles=(StyleEntry(name="own", painting=""),),
        **{"lstm" if recipe.lstm else "huang": settings},
    )  # fmt: skip
    return TrainingRun(
        recipe=recipe,
        paintings=tmp_path,
        photographs=save_photographs(tmp_path / "photographs"),
        output=tmp_path / "out",
        start=start,
        weights_dir=shared / "weights",
        device="cpu",
        checkpoint_every=2,
    )


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.parametrize("kind", ["lstm", "lstm-thesis"])
def test_the_lstm_joins_the_card(kind, start, shared, tmp_path):
    seen = []
    (path,) = run_training(planned(kind, start, shared, tmp_path, length=3), seen.append)
    card = read_card(path)
    assert (card.name, card.title, card.row) == ("own", "T", 1)
    assert set(card.files) == {"itn", "grams", "lstm"}
    assert (card.recipe["seed"], card.recipe["lstm"]["steps"]) == (3, 4)
    assert card.recipe["lstm"]["layers"] == asdict(load_recipe(kind).layers)
    for name in ("itn", "grams"):
        assert card.files[name] == start.files[name]
        load_state(card, name)  # the file is there, and is what it was
    net = load_recurrent(card)
    assert net.back.response == (kind == "lstm")
    frame = torch.rand(1, 3, 20, 24)
    picture, _ = net(itn_input(frame), torch.zeros_like(frame), None, torch.ones(1, 1))
    itn = load_network([(start, 1.0)], method="itn")(itn_input(frame), torch.ones(1, 1))
    assert float((picture - itn).abs().mean()) < 0.05  # four small steps away
    assert {value.dtype for value in load_file(card.path("lstm")).values()} == {torch.float16}
    assert (tmp_path / "out" / "work" / "lstm.jpg").stat().st_size > 0
    assert seen[-1].step == 4


@pytest.mark.slow
@pytest.mark.weights
def test_pairs_end_with_the_time_and_go_on_from_there(start, shared, tmp_path):
    run = planned("huang", start, shared, tmp_path, taught=1, taught_batch=2, steps=10**6)
    run = replace(run, seconds=0.5)
    (path,) = run_training(run, lambda _: None)
    card = read_card(path)
    done = card.recipe["huang"]["steps"]
    assert 1 <= done < 10**4
    assert load_network([(card, 1.0)], method="huang").inner == (2 * WIDTH, 3 * WIDTH)
    kept = torch.load(tmp_path / "out" / "work" / "huang.pt", weights_only=True)
    assert (kept["step"], kept["seconds"] >= 0.5) == (done, True)
    (again,) = run_training(replace(run, seconds=1.0), lambda _: None)
    assert read_card(again).recipe["huang"]["steps"] > done
    further = replace(run, start=read_card(again), output=tmp_path / "further")
    (path,) = run_training(further, lambda _: None)
    assert read_card(path).recipe["huang"]["taught"] == 0  # the card's own is taught no more


def test_it_needs_a_card_with_an_image_network_and_grams(start, shared, tmp_path):
    for files in ({"itn": start.files["itn"]}, {"grams": start.files["grams"]}):
        run = planned("lstm", replace(start, files=files), shared, tmp_path)
        with pytest.raises(UsageError) as caught:
            run_training(run, lambda _: None)
        assert caught.value.fix
