"""What the cases are made from: whole files and right texts of every kind."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from targets import SHOT

from vst_core.flow import write_flo
from vst_core.guidance import PreviousFrame
from vst_core.image import write_picture, write_planes
from vst_core.job import StylizeJob
from vst_core.runner.resume.state_files import FrameState, save_state
from vst_core.video import MovieSettings, write_movie

LARGEST = 2_000_000
"""Bytes; larger files of the corpus cost time and show nothing more."""


def corpus(folder: Path, shared: Path | None) -> list[Path]:
    """Make a small file of every kind in a folder; return them and those of the shared data."""
    _write_pictures(folder)
    _write_texts(folder)
    _write_tensors(folder)
    core = SHOT.parents[1] / "vst_core"
    found = [*folder.iterdir(), SHOT / "balloon_0001.png"]
    found += [*core.glob("styles/library/mu*.toml"), *core.glob("training/recipes/*.toml")]
    if shared is not None:
        places = (shared / "data" / place for place in ("exr", "field"))
        found += [path for place in places for path in place.rglob("*") if path.is_file()]
    return sorted(path for path in found if path.stat().st_size <= LARGEST)


def ending(path: Path) -> str:
    """The ending of a file; OpenEXR's own collection of damaged ones has none."""
    return ".exr" if path.parent.name == "damaged" else path.suffix


def _write_pictures(folder):
    picture = torch.rand(1, 3, 40, 56, generator=torch.Generator().manual_seed(1))
    for name in ("a.png", "a.jpg", "a.tif"):
        write_picture(folder / name, picture)
    names = ("R", "G", "B", "A", "Vector.X", "Vector.Y", "Vector.Z", "Vector.W")
    write_planes(folder / "a.exr", picture.repeat(1, 3, 1, 1)[0, :8], names=names, half=True)
    write_flo(folder / "a.flo", picture[:, :2])
    frames = [(picture[0].permute(1, 2, 0).numpy() * 255).astype(np.uint8)] * 4
    for name, codec in (("a.mp4", "h264"), ("a.mov", "prores"), ("a.mkv", "h264")):
        write_movie(folder / name, frames, MovieSettings(codec=codec, rate=Fraction(24)))


def _write_texts(folder):
    job = StylizeJob(
        input="in/a.%04d.exr", output="out/", style="muse@1,candy@9", mask="m.png=wave"
    )
    (folder / "job.toml").write_text(job.to_toml(), encoding="utf-8")
    record = {"frame": 1, "file": "a.png", "sha256": "0", "link": "1", "cut": True}
    record["input"] = {"size": 1, "mtime_ns": 2, "sha256": "3"}
    head = {"manifest": 1, "frames": "1-50", "overwrite": False, "fingerprint": {"a": "b"}}
    lines = [json.dumps(entry) + "\n" for entry in (head, {"writing": 1}, record, {"writing": 2})]
    (folder / "manifest.jsonl").write_text("".join(lines), encoding="utf-8")
    finished = {"identity": "identity", "files": ["0001.png", "0002.png"]}
    (folder / "record.json").write_text(json.dumps(finished), encoding="utf-8")


def _write_tensors(folder):
    picture = torch.rand(1, 3, 8, 12)
    frame = PreviousFrame(frame=3, picture=picture, stylized=picture, layers={"a": picture})
    state = FrameState(frame=3, frame_key="x", history=(frame,), memory={"m": picture})
    save_state(state, folder / "state.safetensors", {"a": "b"})
    save_file({"a.scale": torch.rand(2, 8)}, folder / "weights.safetensors")


TEXTS = {
    "frame range": ["1-100", "1-100x2", "1,5,9-12", "-3--1", "9-1:-4", "1-6y3"],
    "pattern": ["in/shot.%04d.exr", "in/####.exr", "@@@.png", "$F4.exr", "a_%d.%V.exr"],
    "sequence": [f"{SHOT}/balloon_%04d.png", f"{SHOT}", f"{SHOT}/####.png", "~/a.%04d.png"],
    "masks": ["car.png=muse:0.7,candy:0.3", "alpha=wave", "in.exr:IndexOB.X=3=muse", "a=keep,b"],
    "box": ["10,20,300x400", "1,2,3,4", "0,0,1x1"],
    "mix": ["muse:0.7,candy:0.3", "muse", "a/b.toml:2", '"a, b":2,c:1'],
    "style from": ["segments:5", "keyframes:3@1-48", "each:hold"],
    "indices": ["1,2,4", "1"],
    "style": ["muse@1,the-scream:3,wave:1@5", "candy", "muse@1:hold,candy@9"],
    "numbers": ["0@1,1@24", "0@1:hold, 1@24", "0.5e-3@-4"],
    "rate": ["24", "23.976", "24000/1001", "29.97"],
    "timecode": ["01:00:00:00", "01:00:00;02"],
    "output": ["out/", "out/a.%04d.exr", "a.mov", "one.png"],
    "layout": ["Vector.X,Vector.Y;1,1", "Vector.X,Vector.Y,Vector.Z,Vector.W;1,-1,-1,1"],
    "flow": ["dis", "raft-small", "files:f.%04d.flo,b.%04d.flo", "ptlflow:gma", "vectors"],
    "painting name": ["a.jpg", "muse.toml", str(SHOT / "balloon_0001.png")],
    "encoder": ["auto", "vgg16", "lite"],
    "message": [
        '{"vst": 1, "kind": "progress", "text": "reading"}',
        '{"vst": 1, "kind": "cancel"}',
        '{"vst": 1, "kind": "finished", "made": 3, "kept": 1, "seconds": 0.5}',
        '{"vst": 2, "kind": "other", "a": [{}]}',
    ],
    "job": [
        *("style=muse@1,candy@9", "mask=alpha=wave", "frames=1-9x2", "cuts=3,5", "fps=24"),
        *("vectors=auto", "vectors_scale=1,-1", "layer=diffuse", "segment_box=1,2,30x40"),
        *("strength=0@1,1@9", "long_term=1,2", "output=/nonexistent/a.mov", "tile=64"),
        *("colorspace=ACEScg", "ocio=a.ocio", "state_in=a", "warm_up=auto", "method=gatys"),
        *("style_layers=relu1_1:1,relu2_1:2", "preview=p.png", "weights_dir=/x", "device=cuda:1"),
    ],
}

WORDS = [
    *("", " ", ",", ":", ";", "@", "=", "-", "--", "/", "//", ".", "..", "~", "\\", "'", '"', "#"),
    *("%", "%d", "%04d", "%0999999999d", "####", "$F4", "%V", "{", "}", "[", "]", "\n", "\t", "\0"),
    *("0", "1", "-1", "1e999", "nan", "inf", "-inf", "1_0", "0x10", "9" * 12, "9" * 5000, "٣"),
    *("true", "null", "muse", "keep", "alpha", "hold", "x0", "1/0", "\ud800", "é", "e\u0301"),
    *("A" * 300, "a/" * 3000, "[" * 5000, '{"a":' * 2000, "files:", "auto", "none", "=", "😀"),
]

VALUES = [
    *(b"0", b"-1", b"1.5", b"1e999", b"-1e999", b"NaN", b"nan", b"inf", b"9" * 30, b"9" * 5000),
    *(b"null", b"true", b"[]", b"{}", b"[[]]", b'{"a": {}}', b"[" * 3000, b'""', b'"a"', b'"/"'),
    *(b'"\\ud800"', b'"\\u0000"', b'"../../a"', b'"' + b"a" * 3000 + b'"', b"1979-05-27", b"0x1f"),
]
"""What JSON and TOML have for values."""
