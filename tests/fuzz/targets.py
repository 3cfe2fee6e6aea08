"""Everything that reads what others have written: files, and texts as they are typed.

A target is run with a path or a text. It ends, or raises a `VstError` or a `ProtocolError`.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import torch

from vst_core.catalog import find_flow_source
from vst_core.catalog.curve import parse_numbers, text_table
from vst_core.features.encoder_table import pick_encoder
from vst_core.flow import find_layout, read_flo
from vst_core.frames import FramePattern, FrameRange, find_sequence, parse_rate
from vst_core.hosts.hashes import file_hash
from vst_core.hosts.job_file import Job, Pictures
from vst_core.hosts.own_folders import MARKER, facts
from vst_core.image import (
    KeptLayers,
    ReadSettings,
    channel_windows,
    read_channel,
    read_header,
    read_picture,
    read_planes,
    read_plate,
    sample_channels,
    write_plate,
)
from vst_core.image.channels import check_channel
from vst_core.job import (
    Mask,
    StyleCurve,
    StylizeJob,
    parse_box,
    parse_indices,
    parse_masks,
    parse_mix,
    parse_style_from,
    read_job,
)
from vst_core.job.output_name import check_output_name, kind_of_output
from vst_core.masks import read_masks
from vst_core.protocol import Unknown, decode, encode
from vst_core.runner import plan_job
from vst_core.runner.resume.hand_over import open_hand_over
from vst_core.runner.resume.manifest import read_manifest
from vst_core.runner.resume.state_files import find_states, load_state
from vst_core.styles import FileEntry, StyleCard, find_card, read_card
from vst_core.styles.loading import load_state as load_weights
from vst_core.styles.painting import find_painting
from vst_core.styles.painting_reader import read_painting
from vst_core.training.recipe import load_recipe
from vst_core.video import Timecode
from vst_core.video.movie import Movie

SHOT = Path(__file__).resolve().parents[1] / "shot"


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is run, and for files the endings of those that it is for."""

    run: Callable
    endings: tuple[str, ...] = ()


def picture(path):
    read_header(path)
    read_picture(path, short_side=32)


def carried(path):
    """Write the picture again with all else that the file holds; nothing half-written stays."""
    plate = read_plate(
        path, settings=ReadSettings(kept=KeptLayers("all" if path.suffix == ".exr" else "none"))
    )
    out = path.parent / "written"
    out.mkdir(exist_ok=True)
    try:
        write_plate(out / f"a{path.suffix}", plate.picture, plate)
        left = [one.name for one in out.iterdir()]
        assert left == [f"a{path.suffix}"], left
        read_header(out / left[0])
        (out / left[0]).unlink()
    finally:
        left = [one.name for one in out.iterdir()]
        shutil.rmtree(out)
    assert left == [], left


def mask(path):
    plate = read_plate(SHOT / "balloon_0001.png")
    check_channel(path)
    read_channel(path)
    masks = read_masks([Mask(source="file", place=str(path))], [path], plate)
    assert masks.shape == (1, 1, 288, 512)
    assert bool(((masks >= 0) & (masks <= 1)).all())


def vectors(path):
    windows = channel_windows(path)
    layout = find_layout("auto", list(windows))
    names = layout.channels if layout else tuple(windows)[:4]
    header = read_header(path)
    if names:
        sample_channels(path, names, canvas=header.display_window, size=(16, 16))


def movie(path):
    found = Movie(path)
    try:
        assert found.facts.frames > 0
        _ = found.facts.notes
        for number in {1, found.facts.frames}:
            found.read(number, canvas=None, settings=ReadSettings())
    finally:
        found.close()


def weights(path):
    entry = FileEntry(file=path.name, sha256=file_hash(path))
    card = StyleCard(name="fuzzed", width=32, row=0, files={"itn": entry}, folder=path.parent)
    load_weights(card, "itn")


def state(path):
    open_hand_over(path)
    for found in find_states([path]).values():
        load_state(found, torch.device("cpu"))


def finished_job(path):
    """The record that a host keeps of a finished job, and the marker of its folder."""
    job = Job(path.parent, "job", {}, Pictures("", "", ()), "identity")
    shutil.copy(path, path.parent / "job.json")
    job.finished()
    shutil.copy(path, path.parent / MARKER)
    facts(path.parent)


def job_file(path):
    StylizeJob.from_toml(read_job(path).to_toml())


PICTURES = (".exr", ".png", ".jpg", ".tif", ".dpx", ".cin", ".gif", ".heic")
FILES = {
    "picture": Target(run=picture, endings=PICTURES),
    "carried": Target(run=carried, endings=(".exr", ".png", ".tif")),
    "painting": Target(run=read_painting, endings=(".jpg", ".png", ".exr", ".gif")),
    "mask": Target(run=mask, endings=PICTURES),
    "vectors": Target(run=vectors, endings=(".exr",)),
    "planes": Target(run=read_planes, endings=(".exr",)),
    "flo": Target(run=read_flo, endings=(".flo",)),
    "movie": Target(run=movie, endings=(".mov", ".ts", ".mp4", ".webm", ".mkv", ".gif")),
    "card": Target(run=read_card, endings=(".toml",)),
    "job file": Target(run=job_file, endings=(".toml",)),
    "recipe": Target(run=lambda path: load_recipe(str(path)), endings=(".toml",)),
    "weights": Target(run=weights, endings=(".safetensors",)),
    "state": Target(run=state, endings=(".safetensors",)),
    "manifest": Target(run=read_manifest, endings=(".jsonl",)),
    "finished job": Target(run=finished_job, endings=(".json",)),
}


def numbers(text):
    text_table(text, numbers=False)
    curve = parse_numbers(text, flag="--strength")
    assert parse_numbers(str(curve), flag="--strength") == curve


def pattern(text):
    found = FramePattern.parse(text)
    assert found.number(found.name(7)) == 7


def frames(text):
    found = FrameRange.parse(text)
    assert FrameRange.parse(str(found)) == found


def layout(text):
    known = ["R", "G", "B", "Vector.X", "Vector.Y", "Vector.Z", "Vector.W"]
    channels, _, scale = text.partition(";")
    find_layout("custom", known, channels=channels, scale=scale or "1,1")
    find_layout("auto", [*text], scale=scale or "1,1")


def output(text):
    kind_of_output(text)
    check_output_name(text, asked="png")


def style(text):
    StyleCurve.parse(text).shares(7)
    find_card(text)


def message(text):
    found = decode(text)
    if not isinstance(found, Unknown):
        assert decode(encode(found)) == found


def job(text):
    """One setting of a job, `name=value`: made, written, read and planned."""
    name, _, value = text.partition("=")
    told = {"input": str(SHOT / "balloon_%04d.png"), "output": "/nonexistent/out/", name: value}
    made = StylizeJob.from_dict(told)
    text = made.to_toml()
    assert StylizeJob.from_toml(text).to_toml() == text
    plan_job(made.with_changes({"frames": made.frames or "1-2"}))


TEXTS = {
    "frame range": Target(run=frames),
    "pattern": Target(run=pattern),
    "sequence": Target(run=find_sequence),
    "masks": Target(run=parse_masks),
    "box": Target(run=parse_box),
    "mix": Target(run=parse_mix),
    "indices": Target(run=parse_indices),
    "style": Target(run=style),
    "style from": Target(run=parse_style_from),
    "numbers": Target(run=numbers),
    "rate": Target(run=parse_rate),
    "timecode": Target(run=lambda text: Timecode.parse(text, Fraction(24))),
    "output": Target(run=output),
    "layout": Target(run=layout),
    "flow": Target(run=find_flow_source),
    "painting name": Target(run=find_painting),
    "encoder": Target(run=pick_encoder),
    "message": Target(run=message),
    "job": Target(run=job),
}
