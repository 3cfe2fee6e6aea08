"""`--method lstm` and `huang`: state in chunks, stops and cuts; styles dissolved, not mixed."""

from dataclasses import replace

import pytest
import torch
from runs import events_of, hashes, made, stop_after
from second_family import save_weights

from vst_core.errors import UsageError
from vst_core.nets import RecurrentNet, pair_net
from vst_core.styles import find_mix, read_card, write_card
from vst_core.stylizers import StylizerSettings, StylizerState, open_stylizer

WIDTH, COUNT = 4, 8


@pytest.fixture(scope="module")
def styles(cards):
    """The tiny styles with one of each network more; untrained, but alive."""
    folder, paths = cards[0].parent, []
    for seed, path in enumerate(cards):
        torch.manual_seed(seed)
        nets = {
            "lstm": RecurrentNet(width=WIDTH, response=bool(seed)),
            "huang": pair_net(width=WIDTH),
        }
        with torch.no_grad():
            nets["lstm"].lstm.gates.weight.mul_(3)
            nets["lstm"].lstm.gates.bias[16:32] = 2.0  # so that it remembers
        card = read_card(path)
        files = {
            kind: save_weights(net.state_dict(), folder / f"{card.name}-{kind}.safetensors")
            for kind, net in nets.items()
        }
        paths.append(
            write_card(replace(card, name=f"{card.name}-more", files={**card.files, **files}))
        )
    return [str(path) for path in paths]


@pytest.fixture
def remembering(job, shot, styles, tmp_path):
    """Make a job of the LSTM network."""

    def make(place, **given):
        settings = {"method": "lstm", "style": styles[0], "frames": f"1-{COUNT}", **given}
        return job(shot, output=str(tmp_path / place), **settings)

    return make


def test_a_frame_depends_on_those_before(remembering, tmp_path):
    events_of(remembering("whole", frames="1-3"))
    events_of(remembering("last", frames="3"))
    name = "frame_0003.png"
    assert hashes(tmp_path / "whole")[name] != hashes(tmp_path / "last")[name]


def test_chunks_stops_and_motion_change_nothing(remembering, tmp_path):
    events_of(remembering("whole"))
    wanted = hashes(tmp_path / "whole")
    state = str(tmp_path / "state")
    events_of(remembering("parts", frames="1-3", state_out=state))
    assert made(events_of(remembering("parts", frames=f"4-{COUNT}", state_in=state)))[0] == 4
    assert hashes(tmp_path / "parts") == wanted
    stop_after(remembering("stopped"), 3)
    events_of(remembering("stopped"))
    assert hashes(tmp_path / "stopped") == wanted
    assert made(events_of(remembering("whole", flow="none"))) == []


def test_a_warm_up_comes_near(remembering, tmp_path):
    events_of(remembering("whole"))
    events_of(remembering("warm", frames=f"6-{COUNT}", warm_up="5"))
    name = f"frame_{COUNT:04d}.png"
    assert hashes(tmp_path / "warm")[name] == hashes(tmp_path / "whole")[name]  # five before: all


def test_a_cut_begins_anew(remembering, tmp_path):
    events_of(remembering("cut", cuts="5"))
    events_of(remembering("from", frames=f"5-{COUNT}"))
    cut, alone = hashes(tmp_path / "cut"), hashes(tmp_path / "from")
    assert {name: cut[name] for name in alone} == alone


def test_huang_paints_every_frame_by_itself(remembering, tmp_path):
    events_of(remembering("whole", method="huang", frames="1-3"))
    events_of(remembering("last", method="huang", frames="3"))
    name = "frame_0003.png"
    assert hashes(tmp_path / "whole")[name] == hashes(tmp_path / "last")[name]
    with pytest.raises(UsageError):
        events_of(remembering("no", method="huang", state_out=str(tmp_path / "state")))


@torch.no_grad()
@pytest.mark.parametrize("method", ["lstm", "huang"])
def test_styles_are_dissolved_each_with_its_own_memory(styles, method):
    mix = find_mix([(styles[0], 0.25), (styles[1], 0.75)], method=method)
    frames = torch.rand(3, 1, 3, 32, 40, generator=torch.Generator().manual_seed(1))
    settings = StylizerSettings(styles=mix, preroll=1)
    painters = [
        open_stylizer(method, replace(settings, styles=(style,)))
        for style in ((mix[0][0], 1.0), (mix[1][0], 1.0))
    ]
    both, memories = open_stylizer(method, settings), [{}, {}, {}]
    for frame in frames:
        parts = [
            one.stylize(frame, None, StylizerState(memory=memories[place]))
            for place, one in enumerate(painters)
        ]
        mixed = both.stylize(frame, None, StylizerState(memory=memories[2]))
        memories = [one.memory for one in (*parts, mixed)]
        wanted = 0.25 * parts[0].picture + 0.75 * parts[1].picture
        torch.testing.assert_close(mixed.picture, wanted)


def test_a_style_without_the_network_says_which_it_has(remembering, cards):
    with pytest.raises(UsageError) as caught:
        events_of(remembering("no", style=str(cards[0])))
    assert "--method lstm" in str(caught.value)
    assert "vtn" in str(caught.value)


@torch.no_grad()
@pytest.mark.parametrize("size", [(16, 16), (17, 30), (33, 21)])
def test_any_size_serves_and_the_first_frame_is_settled(styles, size):
    frame = torch.rand(1, 3, *size, generator=torch.Generator().manual_seed(1))
    settings = StylizerSettings(styles=find_mix([(styles[0], 1.0)], method="lstm"), preroll=6)
    painter = open_stylizer("lstm", settings)
    first = painter.stylize(frame, None)
    second = painter.stylize(frame, None, StylizerState(memory=first.memory))
    fresh = open_stylizer("lstm", replace(settings, preroll=0)).stylize(frame, None)
    assert first.picture.shape == frame.shape
    settled = float((second.picture - first.picture).abs().mean())
    assert settled < 0.5 * float((second.picture - fresh.picture).abs().mean())
