"""The page of `vst eval`: one file, in a real browser."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vst_core.errors import OutputError
from vst_core.evaluation import (
    EvaluationSettings,
    FrameTransition,
    evaluate_runs,
    find_clips,
    target_from_painting,
)
from vst_core.evaluation.page import PageMaker, areas_of_interest, error_cells, line_chart
from vst_core.evaluation.page.charts import Line, ticks
from vst_core.flow import FlowPair
from vst_core.guidance import Motion
from vst_core.image import write_picture

COUNT, WIDTH, HEIGHT = 14, 96, 64


class Still:
    """A source that does not move; the far corner is never trusted."""

    name = "still"

    def between(self, previous, current):
        flow = torch.zeros(1, 2, HEIGHT, WIDTH)
        return FlowPair(forward=flow, backward=flow)


def write_run(folder, flash):
    """A gray picture; `flash` is the frame at which its upper left corner changes for good."""
    folder.mkdir(parents=True)
    for number in range(1, COUNT + 1):
        picture = torch.full((1, 3, HEIGHT, WIDTH), 0.4)
        picture[..., 32:, 48:] = 0.7
        if number >= flash:
            picture[:, 0, :16, :16] = 0.9
        write_picture(folder / f"f.{number:04d}.png", picture)
    return folder


@pytest.fixture(scope="module")
def measured(tmp_path_factory, encoder):
    """Two runs: one changes at frame 6, the other, of an odd name, at frame 11."""
    folder = tmp_path_factory.mktemp("page")
    source = write_run(folder / "in", 99)
    outs = [write_run(folder / "a", 6), write_run(folder / "<i>b&", 11)]
    write_picture(folder / "painting.png", torch.rand(1, 3, 64, 64))
    settings = EvaluationSettings(
        flow=Still(),
        style=target_from_painting(folder / "painting.png", encoder, device=torch.device("cpu")),
        device=torch.device("cpu"),
        every=COUNT,
    )
    runs = [find_clips(str(out), str(source)) for out in outs]
    maker = PageMaker(runs=runs)
    reports = evaluate_runs(runs, settings, on_frame=maker.add)
    return maker, reports


@pytest.fixture(scope="module")
def page(measured, tmp_path_factory):
    maker, reports = measured
    path = tmp_path_factory.mktemp("written") / "report.html"
    maker.write(path, reports)
    return path


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.names = [], set()

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.links += [value for name, value in attrs if name in ("src", "href")]


def test_the_page_needs_nothing_else_and_names_are_no_markup(page):
    text, tags = page.read_text(encoding="utf-8"), Tags()
    tags.feed(text)
    assert tags.links
    assert all(link.startswith("data:image/webp;base64,") for link in tags.links)
    assert not re.search(r"https?:", text)
    assert "&lt;i&gt;b&amp;" in text
    assert text.count("</script>") == 2


def test_the_worst_frames_come_first_with_their_areas(page):
    text = page.read_text(encoding="utf-8")
    frames = [int(found) for found in re.findall(r'class="worst" data-frame="(\d+)"', text)]
    assert {*frames[:2]} == {6, 11}
    first = text[text.index('class="worst"') :]
    left, top = re.search(r'<b style="left:([\d.]+)%;top:([\d.]+)%', first).groups()
    assert float(left) < 5
    assert float(top) < 5


@pytest.fixture
def opened(browser, page):
    def run(fragment="", **window):
        browser.open(f"{page.as_uri()}{fragment}", **window)
        browser.run("draw()")
        return browser

    return run


def pixel(browser, x, y):
    return browser.run(f"[...pen.getImageData({x}, {y}, 1, 1).data].slice(0, 3)")


def near(found, expected):
    return all(abs(a - b) <= 6 for a, b in zip(found, expected, strict=True))


GRAY, RED = (102, 102, 102), (230, 102, 102)


@pytest.mark.slow
def test_the_player_flips_between_runs_in_place(opened):
    seen = opened("#frame=7")
    assert seen.run("canvas.dataset.shown") == "7 a picture"
    assert near(pixel(seen, 5, 5), RED)
    seen.key("2")
    seen.run("draw()")
    assert seen.run("canvas.dataset.shown") == "7 <i>b& picture"
    assert near(pixel(seen, 5, 5), GRAY)
    seen.key("f")
    seen.run("draw()")
    assert near(pixel(seen, 5, 5), RED)
    seen.click('[data-series="0"]')
    seen.run("draw()")
    assert seen.run("canvas.dataset.shown") == "7 source picture"
    assert "show=0" in seen.run("location.hash")
    assert not seen.failures()


@pytest.mark.slow
def test_steps_slider_worst_frames_and_playing(opened):
    seen = opened()
    assert seen.run("document.querySelectorAll('.worst').length") >= 2
    seen.key("ArrowRight")
    assert seen.run("data.shown[state.place]") == 2
    seen.key("ArrowLeft")
    seen.key("ArrowLeft")
    assert seen.run("data.shown[state.place]") == COUNT
    seen.click(f'[data-goto="{11}"]')
    assert seen.run("data.shown[state.place]") == 11
    seen.run("(() => { const s = find('.slider'); s.value = 3; s.oninput({target: s}); })()")
    assert seen.run("find('.frame').textContent") == "frame 4"
    seen.click(".play")
    seen.run(
        "new Promise(done => { const look = setInterval(() => {"
        "if (state.place !== 3) { clearInterval(look); done(); } }, 5); })"
    )
    seen.click(".play")
    assert seen.run("playing") == 0
    assert not seen.failures()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("view", "frame", "corner", "rest"),
    [
        ("flicker", 6, (255, 0, 0), (0, 0, 0)),  # half a range, four times as bright
        ("flicker", 7, (0, 0, 0), (0, 0, 0)),
        ("step", 6, (255, 0, 0), (0, 0, 0)),
        ("source", 9, (128, 0, 0), (0, 0, 0)),
        ("other", 9, (255, 0, 0), (0, 0, 0)),
        ("other", 12, (0, 0, 0), (0, 0, 0)),
    ],
)
def test_what_each_difference_view_shows(opened, view, frame, corner, rest):
    seen = opened(f"#frame={frame}&show=1&view={view}")
    assert near(pixel(seen, 5, 5), corner)
    assert near(pixel(seen, 70, 20), rest)


@pytest.mark.slow
def test_it_opens_offline_and_fits_in_light_dark_and_on_a_phone(opened):
    for window in ({"dark": True}, {"width": 400}, {}):
        seen = opened(**window)
        asked = [one for one in seen.requests() if not one.startswith(("data:", "file:"))]
        assert asked == []
        assert seen.run("document.documentElement.scrollWidth <= innerWidth")
        light = seen.run("getComputedStyle(document.body).backgroundColor") == "rgb(245, 244, 241)"
        assert light != window.get("dark", False)
        assert not seen.failures()


@pytest.mark.slow
def test_plots_tell_values_and_lead_to_the_frame(opened):
    seen = opened()
    figures = seen.run("charts.map(chart => chart.dataset.figure)")
    assert {"m2", "mse", "ssim", "red_mean", "style_loss"} <= {*figures}
    seen.run(
        "(() => { const chart = document.querySelector('[data-figure=m2]');"
        "chart.scrollIntoView(); const box = chart.getBoundingClientRect();"
        "const at = {clientX: box.right - 20, clientY: box.top + 20, bubbles: true};"
        "chart.dispatchEvent(new PointerEvent('pointermove', at));"
        "chart.dispatchEvent(new MouseEvent('click', at)); })()"
    )
    assert seen.run("data.shown[state.place]") == COUNT
    assert "<i>b&" in seen.run("tip.textContent")
    assert not seen.failures()


def test_a_page_that_cannot_be_written_is_an_output_error(measured, tmp_path):
    maker, reports = measured
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        maker.write(tmp_path / "file" / "a.html", reports)


def test_of_a_long_shot_the_player_has_the_frames_around_the_worst(measured, tmp_path):
    maker, reports = measured
    short = replace(maker, most=4)
    short._frames.extend(maker._frames)
    short.write(tmp_path / "a.html", reports)
    table = re.search(r'"shown":\[([\d,]+)\]', (tmp_path / "a.html").read_text(encoding="utf-8"))
    shown = [int(number) for number in table[1].split(",")]
    assert len(shown) == 4
    assert {6, 11} & {*shown}
    assert shown == [*range(shown[0], shown[0] + 4)]


@pytest.mark.slow
def test_the_number_of_the_last_frame_is_not_cut_off(browser, tmp_path):
    numbers = [*range(1, 10_001, 1111)]
    chart = line_chart("m2", numbers, [Line("run0", [0.5] * len(numbers))])
    rules = files("vst_core.evaluation.page").joinpath("page.css").read_text(encoding="utf-8")
    page = f"<style>{rules}</style><body>{chart}"
    (tmp_path / "chart.html").write_text(page, encoding="utf-8")
    browser.open((tmp_path / "chart.html").as_uri())
    last = "[...document.querySelectorAll('text')].pop().getBBox()"
    assert browser.run("[...document.querySelectorAll('text')].pop().textContent") == "10000"
    right = browser.run(f"{last}.x + {last}.width")
    assert right <= browser.run("document.querySelector('svg').viewBox.baseVal.width")


@given(low=st.floats(-1e3, 1e3), span=st.floats(0, 1e3))
def test_ticks_are_round_and_enclose_what_is_drawn(low, span):
    marks = ticks(low, low + span)
    assert 2 <= len(marks) <= 7
    assert marks[0] <= low + 1e-6 * (1 + abs(low))
    assert marks[-1] >= low + span - 1e-6 * (1 + abs(low) + span)


def test_a_line_stands_where_its_values_are():
    chart = line_chart("m2", [1, 2, 3], [Line("run0", [0.0, 1.0, 0.5])])
    points = re.findall(r"[ML]([\d.]+) ([\d.]+)", chart)
    (x0, y0), (x1, y1), (x2, y2) = ((float(x), float(y)) for x, y in points)
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)
    assert (y0 + y1) / 2 == pytest.approx(y2, abs=0.2)
    assert y0 > y1
    assert line_chart("m2", [1], [Line("run0", [None])]) == ""


@pytest.mark.parametrize(
    ("values", "moves"),
    [([1, 1, None, 1], 2), ([1, None, 1, None, 1], 1), ([None, 1, 1], 1), ([None, 1, None], 1)],
)
def test_a_line_is_broken_where_values_are_missing_but_not_between_every_nth(values, moves):
    chart = line_chart("m2", [*range(len(values))], [Line("run0", values)])
    assert re.search(r'run0" d="([^"]*)"', chart)[1].count("M") == moves


def transition_of(now, before, trust=1.0):
    flow, certain = torch.zeros(1, 2, *now.shape[-2:]), torch.full((1, 1, *now.shape[-2:]), trust)
    motion = Motion(backward=flow, trust=certain)
    return FrameTransition(motion=motion, before=before, source_before=before)


def test_areas_are_where_the_error_is_and_do_not_overlap():
    before = torch.zeros(1, 3, 64, 128)
    now = before.clone()
    now[..., 8:24, 16:32] = 0.5
    now[..., 40:56, 96:112] = 0.45
    cells = error_cells(now, transition_of(now, before))
    assert cells.shape == (16, 32)
    assert cells.max() == pytest.approx(0.25)
    first, second = areas_of_interest(cells, most=2)
    for area, (x, y) in ((first, (24, 16)), (second, (104, 48))):
        assert area.left <= x / 128 <= area.left + area.width
        assert area.top <= y / 64 <= area.top + area.height
    assert error_cells(now, transition_of(now, before, trust=0.0)).max() == 0
    assert areas_of_interest(torch.zeros(16, 32)) == ()
