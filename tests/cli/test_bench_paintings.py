"""`vst bench paintings`: a shot in several paintings, and what it comes to."""

import json

import pytest

from vst_core.benchmark.any_painting import UnseenFigures
from vst_core.evaluation import moving_frames
from vst_core.image import write_picture


@pytest.mark.slow
@pytest.mark.weights
def test_each_painting_is_measured(main, shared, tmp_path, capfd):
    (tmp_path / "in").mkdir()
    for number, picture in enumerate(moving_frames(width=80, height=72, count=2), start=1):
        write_picture(tmp_path / f"in/{number:04d}.png", picture)
    names = ("klee_red_balloon.jpg", "seurat_circus.jpg")
    given = (
        "bench", "paintings", tmp_path / "in/%04d.png", tmp_path / "made",
        "--paintings", *(shared / "data/paintings" / name for name in names), "--device", "cpu",
    )  # fmt: skip
    assert main(*given, "--json") == 0
    rows = json.loads(capfd.readouterr().out)
    assert [row["painting"] for row in rows] == list(names)
    assert all(row["style_loss"] > 0 and row["m2"] > 0 for row in rows)
    assert main(*given, "--beside", shared / "data/paintings/PEER.csv") == 0
    lines = capfd.readouterr().out.splitlines()
    assert len(lines) == 4
    assert lines[-1].startswith("mean")


def test_means_are_those_of_what_is_known(room):
    def row(name, style):
        return UnseenFigures(painting=name, style_loss=style, content_loss=1, m2=0.002, seconds=1)

    table = room("commands.benchmarks.bench_paintings")._table(
        [row("a", 0.25), row("b", 0.75)], {"a": {"style": 0.3, "content": 1.0, "M2": 0.004}}
    )
    assert table[-1] == ("mean", "0.500", "1.000", "0.0020", "0.300", "1.000", "0.0040")
    assert table[2][4:] == ("-", "-", "-")


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "painting,style,content,M2\nx,y,1,1\n", None])
def test_figures_that_are_none_are_refused(main, tmp_path, capfd, text):
    path = tmp_path / "others.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    given = ("bench", "paintings", "in", "out", "--paintings", "a.jpg", "--beside", path)
    assert main(*given) == 3
    assert "columns" in capfd.readouterr().err


def test_without_a_painting_there_is_nothing_to_do(main, capfd):
    assert main("bench", "paintings", "in", "out") == 2
    assert "--paintings" in capfd.readouterr().err
