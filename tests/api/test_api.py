"""The engine from Python: one call, as `vst-seq` does it."""

import subprocess
import sys
from threading import Thread

import pytest

import vst_core
from vst_core import StylizeJob, stylize
from vst_core.errors import InputError, Interrupted, UsageError
from vst_core.image import read_picture
from vst_core.protocol import Finished, FrameDone, Started
from vst_core.runner import StopRequest


@pytest.fixture
def job(project, tmp_path):
    def make(**settings):
        given = {"output": str(tmp_path / "out"), "frames": "1-3", "proxy": "1/4", "device": "cpu"}
        return StylizeJob(**{"input": str(project / "tests/shot"), **given, **settings})

    return make


def test_one_call_stylizes_a_shot(job, tmp_path):
    events = []
    result = stylize(job(style="candy"), on_event=events.append)
    assert [path.name for path in result.files] == [f"balloon_000{n}.png" for n in (1, 2, 3)]
    assert (result.made, result.skipped) == (3, 0)
    assert result.seconds > 0
    assert read_picture(result.files[0]).shape == (1, 3, 288, 512)
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Finished)
    assert [e.frame for e in events if isinstance(e, FrameDone)] == [1, 2, 3]
    again = stylize(job(style="candy"))
    assert (again.made, again.skipped, again.files) == (0, 3, result.files)


def test_a_movie_is_one_file(job, tmp_path):
    movie = tmp_path / "out.mov"
    assert stylize(job(output=str(movie))).files == (movie,)
    assert movie.is_file()


def test_it_stops_when_another_thread_asks(job, tmp_path):
    stop = StopRequest()
    failed = []

    def work():
        try:
            stylize(job(), on_event=lambda event: stop.request(), stop=stop)
        except Interrupted as error:
            failed.append(error)

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert failed
    rest = stylize(job())
    assert rest.made + rest.skipped == 3
    assert rest.made >= 1


def test_errors_are_typed(job, tmp_path):
    with pytest.raises(InputError):
        stylize(job(input=str(tmp_path / "nothing")))
    with pytest.raises(UsageError):
        job(style_scale=-1.0)


def test_the_package_says_what_it_has():
    assert {"StylizeJob", "stylize", "__version__"} <= set(dir(vst_core))
    with pytest.raises(AttributeError, match="nothing_such"):
        vst_core.nothing_such  # noqa: B018


def test_importing_the_package_loads_nothing_heavy():
    script = (
        "import sys, vst_core; vst_core.__version__;"
        "print({'torch', 'numpy', 'OpenImageIO', 'cv2', 'vst_core.runner'} & set(sys.modules))"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "set()"
