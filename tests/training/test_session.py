"""A whole run, small: cards out, the same after a kill, and no going on with another's work."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from training_pictures import save_paintings, save_photographs, small_recipe

from vst_core.errors import InputError, OutputError, UsageError
from vst_core.nets import TransformNet, itn_input, vtn_input
from vst_core.styles import read_card
from vst_core.styles.half_weights import save_half
from vst_core.styles.loading import is_known_to, load_grams, load_network, load_state
from vst_core.training import TrainingRun, train
from vst_core.training.run_lock import claim
from vst_core.training.session import _started, _widened

pytestmark = pytest.mark.usefixtures("one_thread")

CHILD = """
import json, os, signal, sys
from pathlib import Path
import torch
sys.path.insert(0, sys.argv[2])
from training_pictures import small_recipe
from vst_core.training import TrainingRun, train
from vst_core.training.training_loop import Trainer

advance = Trainer._advance

def advance_or_die(self, batch):
    if [self.stage.name, str(self.step)] == sys.argv[3:]:
        os.kill(os.getpid(), signal.SIGKILL)
    advance(self, batch)

Trainer._advance = advance_or_die
torch.set_num_threads(1)
folders = {name: Path(value) for name, value in json.loads(sys.argv[1]).items()}
train(TrainingRun(recipe=small_recipe(), checkpoint_every=4, device="cpu", **folders), print)
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory, shared):
    here = tmp_path_factory.mktemp("run")
    return {
        "paintings": save_paintings(here / "paintings", count=2),
        "photographs": save_photographs(here / "photographs"),
        "weights_dir": shared / "weights",
    }


def planned(folders, output, **changes):
    settings = {"recipe": small_recipe(), "checkpoint_every": 4, "device": "cpu", **changes}
    return TrainingRun(output=output, **folders, **settings)


@pytest.fixture(scope="module")
def unbroken(folders, tmp_path_factory):
    """The card of a run that nothing disturbed."""
    torch.set_num_threads(1)
    (path,) = train(planned(folders, tmp_path_factory.mktemp("unbroken")), lambda progress: None)
    return path


def files(folder):
    """Every file that a run hands over, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.slow
@pytest.mark.weights
def test_a_run_writes_a_card_that_paints(unbroken):
    card = read_card(unbroken)
    assert (card.name, card.width, card.row) == ("style0", 4, 0)
    assert set(files(unbroken.parent)) == {
        "style0.toml",
        *(f"style0-{kind}.safetensors" for kind in ("itn", "vtn", "grams", "moments", "lite")),
    }
    assert {value.dtype for value in load_file(card.path("vtn")).values()} == {torch.float16}
    assert card.recipe["vtn"] == asdict(small_recipe().vtn)
    frame = torch.rand(1, 3, 20, 24)
    itn = load_network([(card, 1.0)], method="itn")
    assert itn(itn_input(frame), torch.ones(1, 1)).shape == frame.shape
    vtn = load_network([(card, 1.0)], method="vtn")
    assert vtn(vtn_input(frame, frame, frame[:, :1]), torch.ones(1, 1)).shape == frame.shape
    assert load_grams(card)["relu1_2"].shape == (1, 64, 64)
    assert is_known_to(card, "lite")
    for name in ("itn.jpg", "vtn.jpg"):
        assert (unbroken.parent / "work" / name).stat().st_size > 0
    assert (card.path("itn").stat().st_mode & 0o777) == (unbroken.stat().st_mode & 0o777)


@pytest.mark.slow
@pytest.mark.weights
def test_a_run_that_is_killed_twice_ends_in_the_same_bytes(folders, tmp_path, unbroken, project):
    places = {name: str(path) for name, path in {**folders, "output": tmp_path}.items()}
    command = [sys.executable, "-c", CHILD, json.dumps(places), str(Path(__file__).parent)]
    environment = {**os.environ, "PYTHONPATH": str(project)}
    for stage, step in (("itn", 6), ("vtn", 9)):
        killed = subprocess.run(
            [*command, stage, str(step)], env=environment, stdout=subprocess.DEVNULL, check=False
        )
        assert killed.returncode == -signal.SIGKILL
        kept = torch.load(tmp_path / "work" / f"{stage}.pt", weights_only=True)
        assert kept["step"] == step - step % 4
        assert not (tmp_path / "style0.toml").exists()
    train(planned(folders, tmp_path), lambda progress: None)
    assert files(tmp_path) == files(unbroken.parent)


@pytest.mark.slow
@pytest.mark.weights
def test_tuned_features_judge_by_one_layer_more_and_leave_the_card_as_it_is(
    folders, tmp_path, unbroken
):
    torch.manual_seed(0)
    conv = {"relu5_1.weight": torch.randn(512, 512, 3, 3), "relu5_1.bias": torch.zeros(512)}
    saved = save_half(conv, tmp_path / "painting.safetensors")
    features = tmp_path / "painting.toml"
    features.write_text(f'tuned = ["relu5_1"]\nfile = "{saved.file}"\nsha256 = "{saved.sha256}"\n')
    recipe = small_recipe()
    recipe = replace(recipe, features=str(features), layers=replace(recipe.layers, relu5_1=0.5))
    (path,) = train(planned(folders, tmp_path / "out", recipe=recipe), lambda progress: None)
    one, other = load_grams(read_card(path)), load_grams(read_card(unbroken))
    assert one.keys() == other.keys()
    assert all(torch.equal(one[layer], other[layer]) for layer in one)
    trained, plain = (load_state(read_card(card), "itn") for card in (path, unbroken))
    assert any(not torch.equal(trained[name], plain[name]) for name in plain)
    assert read_card(path).recipe["features"] == str(features)


def test_several_styles_share_one_trunk(folders, tmp_path):
    paths = train(planned(folders, tmp_path, recipe=small_recipe(2, steps=1)), lambda _: None)
    cards = [read_card(path) for path in paths]
    assert [(card.name, card.row) for card in cards] == [("style0", 0), ("style1", 1)]
    assert cards[0].files["itn"] == cards[1].files["itn"]
    assert cards[0].family == cards[1].family != ""
    assert len(load_state(cards[0], "vtn")["enter.norm.scale"]) == 2


@pytest.mark.slow
@pytest.mark.weights
def test_a_start_from_another_style_keeps_its_family(folders, tmp_path, unbroken):
    start = read_card(unbroken)
    recipe = small_recipe(steps=1)
    (path,) = train(planned(folders, tmp_path, recipe=recipe, start=start), lambda _: None)
    card = read_card(path)
    assert card.family == start.family
    assert card.recipe["from"] == "style0"
    for kind in ("itn", "vtn"):
        before, after = load_state(start, kind), load_state(card, kind)
        change = max(float((before[name] - after[name]).abs().max()) for name in before)
        assert 0 < change < 1e-3  # one small step away


@pytest.mark.slow
def test_a_start_gives_every_style_the_norms_of_its_own(unbroken):
    card = read_card(unbroken)
    state = load_state(card, "vtn")
    for name, value in _started(card, "vtn", 3).items():
        copies = 3 if name.endswith((".scale", ".shift")) else 1
        assert torch.equal(value, torch.cat([state[name]] * copies))


@torch.no_grad()
def test_a_widened_itn_is_the_itn_whatever_the_previous_frame():
    torch.manual_seed(1)
    itn, vtn = TransformNet(width=4).eval(), TransformNet(width=4, channels=7).eval()
    vtn.load_state_dict(_widened(itn.state_dict()))
    frame, previous, one = torch.rand(1, 3, 20, 24), torch.rand(1, 3, 20, 24), torch.ones(1, 1)
    expected = itn(itn_input(frame), one)
    for trust in (torch.zeros(1, 1, 20, 24), torch.ones(1, 1, 20, 24)):
        found = vtn(vtn_input(frame, previous, trust), one)
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
@pytest.mark.weights
def test_another_runs_checkpoints_are_not_gone_on_with(folders, tmp_path):
    recipe = small_recipe(steps=1)
    train(planned(folders, tmp_path, recipe=recipe), lambda _: None)
    other = replace(recipe.styles[0], painting="painting1.png")
    changed = replace(recipe, styles=(other,))
    with pytest.raises(InputError) as caught:
        train(planned(folders, tmp_path, recipe=changed), lambda _: None)
    assert "holds checkpoints of another run (it differs in styles, paintings)" in str(caught.value)
    assert "another --out" in str(caught.value)


def test_checkpoints_without_a_note_are_taken_as_this_runs(tmp_path):
    (tmp_path / "itn.pt").write_bytes(b"")
    claim(tmp_path, {"seed": 1})
    with pytest.raises(InputError, match="differs in seed"):
        claim(tmp_path, {"seed": 2})
    (tmp_path / "settings.json").write_text("half a no")
    claim(tmp_path, {"seed": 2})
    claim(tmp_path, {"seed": 2, "news": "of a later engine"})


@pytest.mark.weights
def test_requests_that_make_no_sense(folders, tmp_path, unbroken):
    with pytest.raises(UsageError, match="The recipe names no painting"):
        train(planned(folders, tmp_path, recipe=small_recipe(styles=0)), print)
    wider = replace(small_recipe(), width=8)
    with pytest.raises(UsageError, match="'style0' has width 4, the recipe 8"):
        train(planned(folders, tmp_path, recipe=wider, start=read_card(unbroken)), print)
    with pytest.raises(InputError, match=r"lacks painting2\.png"):
        train(planned(folders, tmp_path, recipe=small_recipe(3)), print)


@pytest.mark.weights
def test_an_output_that_cannot_be_written(folders, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match=r"work: cannot be written, .*file is not a folder"):
        train(planned(folders, tmp_path / "file"), print)


@pytest.mark.slow
@pytest.mark.weights
def test_previews_come_as_often_as_asked(folders, tmp_path, monkeypatch):
    from vst_core.training import session

    shown = []
    monkeypatch.setattr(session, "contact_sheet", lambda _, __, path: shown.append(path.stem))
    recipe = small_recipe(steps=26)
    train(planned(folders, tmp_path, recipe=recipe, preview_every=20), lambda _: None)
    assert shown == ["itn", "itn", "vtn", "vtn"]
