"""The report: one file, everything in it, nothing of a shot's name taken for markup."""

import re
import shutil
from html.parser import HTMLParser

import pytest

from vst_core.batch import BatchSummary, ShotResult, look_at_results, read_summary, write_page
from vst_core.batch.summary import write_summary
from vst_core.errors import InputError


@pytest.fixture
def results(tmp_path, project):
    """A folder of two shots' results."""
    for name, numbers in (("sh010", (1, 2, 3)), ("sh020", (1, 4))):
        (tmp_path / name).mkdir()
        for number in numbers:
            shutil.copy(project / f"tests/shot/balloon_{number:04d}.png", tmp_path / name)
    return tmp_path


class Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.links = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href")]


def page_of(folder, summary):
    write_page(folder / "report.html", summary)
    text = (folder / "report.html").read_text(encoding="utf-8")
    seen = Seen()
    seen.feed(text)
    return text, seen


def test_folders_are_shots_and_absent_frames_are_their_warning(results):
    one, two = look_at_results(results).shots
    assert (one.name, one.frames, one.warnings) == ("sh010", 3, ())
    assert (two.name, two.frames, two.warnings) == ("sh020", 2, ("Frames 2-3 are not there.",))
    (alone,) = look_at_results(results / "sh010").shots
    assert (alone.name, alone.output, len(alone.shown)) == ("sh010", ".", 3)


def test_the_page_needs_nothing_else(results):
    text, seen = page_of(results, look_at_results(results))
    assert len(seen.links) == seen.tags.count("img") == 5
    assert all(link.startswith("data:image/jpeg;base64,") for link in seen.links)
    assert not re.search(r"https?:", text)
    assert "script" not in seen.tags


def test_what_failed_comes_first_with_its_reason(tmp_path):
    done = ShotResult(name="sh-done", status="done", frames=2)
    failed = ShotResult(name="sh-bad", status="failed", problem="Frame 7 is damaged", exit_code=3)
    text, _ = page_of(tmp_path, BatchSummary((done, failed)))
    assert text.index("sh-bad") < text.index("sh-done")
    assert "Frame 7 is damaged" in text


def test_names_are_no_markup(tmp_path):
    shot = ShotResult(name="<script>a</script>", status="failed", problem="<b>&", warnings=("<i>",))
    text, seen = page_of(tmp_path, BatchSummary((shot,)))
    assert not {"script", "b", "i"} & {*seen.tags[seen.tags.index("h2") :]}
    assert "&lt;script&gt;" in text


def test_a_picture_that_is_gone_is_left_out(results):
    summary = look_at_results(results)
    (results / "sh010" / "balloon_0002.png").unlink()
    (results / "sh010" / "balloon_0003.png").write_bytes(b"no picture")
    _, seen = page_of(results, summary)
    assert seen.tags.count("img") == 3


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"version": 9}', '{"version": 1, "shots": [{}]}']
)
def test_a_summary_that_is_none_does_not_count(tmp_path, text):
    (tmp_path / "summary.json").write_text(text)
    assert read_summary(tmp_path) is None


def test_a_summary_is_read_back_as_it_was(tmp_path):
    shot = ShotResult(name="a", status="done", shown=("1.png",), warnings=("x",), seconds=1.5)
    write_summary(tmp_path, BatchSummary((shot,)))
    assert read_summary(tmp_path) == BatchSummary((shot,))
    assert look_at_results(tmp_path) == BatchSummary((shot,))


def test_a_folder_without_results_is_an_input_error(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError):
            look_at_results(folder)
