"""What becomes of a long shot: told of methods that hold out, drift, or let go."""

import pytest
import torch

from vst_core.benchmark import (
    StayingSettings,
    measure_staying,
    recurrent_methods,
    stay,
    write_staying_page,
)
from vst_core.errors import UsageError
from vst_core.evaluation import LoopedShot
from vst_core.guidance import Stylized

CPU = torch.device("cpu")
SETTINGS = StayingSettings(
    frames=100, shot=LoopedShot(width=64, height=48, loop=10), device="cpu", precision="fp32"
)

pytestmark = pytest.mark.usefixtures("one_thread")


class Faithful:
    """Gives the frame back, darker."""

    def stylize(self, frame, guidance, state):
        return Stylized(picture=frame * 0.5)


class Brightening:
    """Adds a little light to what it remembers."""

    def stylize(self, frame, guidance, state):
        light = state.memory.get("light", torch.zeros(())) + 1 / 255 / 10
        return Stylized(picture=(frame * 0.5 + light), memory={"light": light})


class LettingGo:
    """Goes on with its own first frame from frame 40 on, as if it had let go."""

    def stylize(self, frame, guidance, state):
        count = state.memory.get("count", torch.zeros(())) + 1
        first = state.memory.get("first", frame.flip(-1))
        picture = frame if count < 40 else first
        return Stylized(picture=picture, memory={"count": count, "first": first})


class NeverHolding:
    """Paints a frame as it is where a shot starts, and from the second on what it began with."""

    def stylize(self, frame, guidance, state):
        first = state.memory.get("first", frame.flip(-1))
        return Stylized(picture=first if state.memory else frame, memory={"first": first})


def judged(stylizer, method="itn"):
    return stay(stylizer, method, SETTINGS, style="none", device=CPU, say=lambda words: None)


def test_who_holds_out_neither_drifts_nor_lets_go():
    found = judged(Faithful())
    assert found.report.mean_drift < 0.2
    assert found.report.mean_drift == pytest.approx(found.report.source_mean_drift / 2, abs=0.05)
    assert found.report.let_go is None
    assert found.edges == pytest.approx([1.0] * 10, abs=0.05)
    assert found.report.mean("m2") == pytest.approx(found.report.mean("source_m2") / 4, rel=0.01)
    assert [each.frame for each in found.kept] == [1, 11, 21, 31, 41, 51, 61, 71, 81, 91]
    assert [cell.caption for cell in found.row] == [f"itn, frame {n}" for n in (1, 11, 41, 91)]
    assert (found.kept[3].stylized - found.kept[3].source / 2).abs().max() < 1e-6


def test_drift_is_told_in_levels():
    found = judged(Brightening())
    assert found.report.mean_drift == pytest.approx(9, abs=0.3)  # from the first ten to the last
    assert found.report.let_go is None


def test_letting_go_is_told_with_its_frame():
    found = judged(LettingGo())
    assert found.report.let_go in range(40, 50)
    assert found.edges[2] == pytest.approx(1, abs=0.1)
    assert found.edges[-1] < 0.5


def test_who_lets_go_within_the_first_tenth_is_told_too():
    found = judged(NeverHolding())
    assert found.report.let_go == 10  # ten frames count together
    assert found.edges[0] < 0.5
    assert found.report.values("edges_alone")[:10] == found.report.values("edges_alone")[10:20]


def test_motion_is_given_to_those_that_ask_for_it_and_is_exact():
    given = []

    class Asking:
        def stylize(self, frame, guidance, state):
            given.append(guidance)
            return Stylized(picture=frame)

    judged(Asking(), "vtn")
    with_a_past = [each for each in given if each is not None]
    assert given[0] is None
    assert len(given) == 100 + SETTINGS.shot.loop  # each frame of a loop without a past as well
    assert len(with_a_past) == 99
    assert all(each.trust.mean() > 0.5 for each in with_a_past)
    given.clear()
    judged(Asking(), "itn")
    assert {*given} == {None}


@pytest.mark.slow
def test_a_real_method_and_what_is_told_of_it():
    words = []
    found = measure_staying("vtn", "candy", SETTINGS, say=words.append)
    assert len(words) == 10
    table = found.to_dict()
    assert table["method"] == "vtn"
    assert len(table["per_frame"]) == 100
    assert table["seconds"] > 0
    assert found.report.mean("m2") < 0.05


@pytest.mark.slow
def test_the_page_has_the_curves_and_a_frame_a_loop(tmp_path):
    found = [judged(Faithful()), judged(LettingGo(), "vtn")]
    write_staying_page(tmp_path / "page.html", found)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    for figure in ("red_mean", "edges", "m2"):
        assert f'data-figure="{figure}"' in text
    assert '"shown":[1,11,21,31,41,51,61,71,81,91]' in text
    assert "<b>vtn</b> lets go" in text
    assert "<b>itn</b> lets go" not in text


def test_every_fast_method_with_a_past_that_the_style_serves(older_card):
    assert "vtn" in recurrent_methods("candy")
    assert not {"itn", "ruder", "gatys"} & {*recurrent_methods("candy")}
    assert recurrent_methods(str(older_card.folder / "older.toml")) == ("vtn",)


@pytest.mark.parametrize("frames", [0, 50, 499, 1010])
def test_a_tenth_must_be_whole_loops(frames):
    with pytest.raises(UsageError, match=str(frames)):
        StayingSettings(frames=frames)
