"""The table by scene, style and network (Agria 2020, table 6.1)."""

import json

import pytest

from vst_core.errors import InputError
from vst_core.evaluation import FrameFigures, Report, read_figures, scene_rows, short_names


def report(scene, style, network, errors):
    frames = [FrameFigures(frame=1, style_loss=0.25, content_loss=2.0)]
    frames += [FrameFigures(frame=n, masked_mse=e, m2=2 * e) for n, e in enumerate(errors, start=2)]
    out, source = f"/w/{scene}/{style}/{network}/f.%04d.png", f"/in/{scene}/f.%04d.png"
    return Report(
        out=out, source=source, style=style, flow="dis", width=64, height=48, frames=frames
    )


@pytest.fixture
def saved(tmp_path):
    """A file a scene, as `vst eval --json` writes them: a list of runs, and a single one."""
    alley = [
        report("alley", "candy", "itn", (0.1, 0.3)),
        report("alley", "candy", "vtn", (0.05, 0.1)),
    ]
    ambush = report("ambush", "candy", "itn", (0.4,))
    other = [report("alley", "mosaic", "itn", (0.0,)), report("alley", "mosaic", "vtn", (0.5,))]
    paths = [tmp_path / f"{n}.json" for n in range(3)]
    tables = ([r.to_dict() for r in alley], ambush.to_dict(), [r.to_dict() for r in other])
    for path, table in zip(paths, tables, strict=True):
        path.write_text(json.dumps(table))
    return paths


def test_means_over_the_scene_and_ratios_to_the_first_network(saved):
    rows = scene_rows(read_figures(saved))
    assert [(row.scene, row.style, row.network) for row in rows] == [
        ("alley", "candy", "itn"),
        ("alley", "candy", "vtn"),
        ("alley", "mosaic", "itn"),
        ("alley", "mosaic", "vtn"),
        ("ambush", "candy", "itn"),
    ]
    assert [row.error for row in rows] == pytest.approx([0.2, 0.075, 0.0, 0.5, 0.4])
    assert [row.ratio for row in rows] == [1, pytest.approx(0.375), None, None, 1]
    assert rows[0].m2 == pytest.approx(0.4)
    assert (rows[0].style_loss, rows[0].content_loss) == (0.25, 2.0)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"version": 1}', "[]x"])
def test_what_holds_no_figures_is_an_input_error(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(InputError, match=r"a\.json"):
        read_figures([tmp_path / "a.json"])
    with pytest.raises(InputError, match="none"):
        read_figures([tmp_path / "none.json"])


@pytest.mark.parametrize(
    ("places", "names"),
    [
        (["/a/b/f.%d.png"], ("b",)),
        (["/a/x/f.png", "/b/x/f.png"], ("a", "b")),
        (["/a/x/f.png", "/a/y/f.png", "/b/x/f.png"], ("a/x", "a/y", "b/x")),
        (["/f.png", "/a/f.png"], ("f (1)", "f (2)")),
        (["/a/one.%04d.png", "/a/two.%04d.png"], ("one.%04d", "two.%04d")),
        (["/a/f.png", "/a/f.png"], ("f (1)", "f (2)")),
    ],
)
def test_names_are_the_ends_that_tell_sequences_apart(places, names):
    assert short_names(places) == names
