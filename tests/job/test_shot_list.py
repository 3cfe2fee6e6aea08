"""Many shots at once: a list in a file, or a folder of folders."""

import pytest

from vst_core.errors import InputError, UsageError
from vst_core.job import read_job, read_shots

LIST = """\
style = "candy"
proxy = "1/2"

[shots.sh010]
input = "plates/sh010/%04d.exr"

[shots."sh 020"]
input = "plates/sh020.mov"
style = "wave"
"""


@pytest.fixture
def listed(tmp_path):
    def write(text):
        path = tmp_path / "shots.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_shot_has_what_holds_for_all_then_its_own_then_what_is_typed(listed):
    one, two = read_shots(listed(LIST), "night", changes={"proxy": "1/4"})
    assert (one.name, one.job.style, one.job.proxy) == ("sh010", "candy", "1/4")
    assert (two.name, two.job.style, two.job.output) == ("sh 020", "wave", "night/sh 020")


def test_a_folder_and_a_movie_in_a_folder_are_a_shot_each(tmp_path):
    for name in ("b", "a", ".hidden"):
        (tmp_path / name).mkdir()
    for name in ("clip.mov", "a.mp4", "notes.txt"):
        (tmp_path / name).touch()
    shots = read_shots(tmp_path, "night", changes={"style": "wave"})
    assert [shot.name for shot in shots] == ["a", "a.mp4", "b", "clip"]
    assert all(shot.job.style == "wave" for shot in shots)


@pytest.mark.parametrize(
    "settings",
    ['style = 3\ninput = "a"', "", 'input = "a"\nouptut = "b"', 'input = "a"\noutput = "b"'],
)
def test_a_shot_that_is_wrong_does_not_take_the_others_along(listed, settings):
    text = f'[shots.bad]\n{settings}\n[shots.good]\ninput = "a"\n'
    bad, good = read_shots(listed(text), "night")
    assert bad.job is None
    assert isinstance(bad.problem, UsageError)
    assert good.job is not None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", InputError),
        ("shots = 4", UsageError),
        ("[shots]\na = 4", UsageError),
        ('version = 9\n[shots.a]\ninput = "a"', UsageError),
        ('[shots."../a"]\ninput = "a"', UsageError),
        ('[shots."a."]\ninput = "a"', UsageError),
        ('[shots."report.html"]\ninput = "a"', UsageError),
        ('[shots.a]\ninput = "a"\n[shots.A]\ninput = "a"', UsageError),
        ("no toml", UsageError),
    ],
)
def test_a_list_that_is_none_is_refused(listed, text, error):
    with pytest.raises(error):
        read_shots(listed(text), "night")


def test_a_list_that_is_not_there_is_an_input_error(tmp_path):
    with pytest.raises(InputError):
        read_shots(tmp_path / "none.toml", "night")


def test_a_job_file_without_places_is_a_look(tmp_path):
    path = tmp_path / "look.toml"
    path.write_text('style = "wave"\nproxy = "1/2"', encoding="utf-8")
    job = read_job(path, changes={"input": "a", "output": "b", "proxy": "1"})
    assert (job.style, job.proxy, job.input) == ("wave", "1", "a")
    with pytest.raises(UsageError):
        read_job(path)
