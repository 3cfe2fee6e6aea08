"""Pictures: what a node gives at a frame, and the EXR files that a Write makes of it."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import OpenImageIO as oiio

_PLAIN = {"R": "rgba.red", "G": "rgba.green", "B": "rgba.blue", "A": "rgba.alpha"}
_IN_FILES = {channel: name for name, channel in _PLAIN.items()}


@dataclass(frozen=True)
class Picture:
    """Channels by name, H x W each, the data window x, y, w, h, and the display window's size."""

    channels: dict
    data: tuple
    display: tuple
    metadata: dict


def picture_of(node, frame, root):
    """Return what a node gives at a frame."""
    kind = node.Class()
    if "disable" in node.knobs() and node["disable"].value() and kind != "Read":
        return picture_of(node.input(0), frame, root)
    return _GIVES[kind](node, frame, root)


def _above(node, frame, root, index=0):
    if node.input(index) is None:
        raise RuntimeError(f"{node.fullName()}: no input {index}")
    return picture_of(node.input(index), frame, root)


def _read(node, frame, root):
    del root
    if not node["first"].value() <= frame <= node["last"].value():
        frame = min(max(frame, node["first"].value()), node["last"].value())
    path = node["file"].value() % frame
    source = oiio.ImageInput.open(path)
    if source is None:
        raise RuntimeError(f"{node.fullName()}: {path}: Read error: No such file or directory")
    spec, pixels = source.spec(), source.read_image(oiio.FLOAT)
    source.close()
    channels = {
        _PLAIN.get(name, name): pixels[..., place] for place, name in enumerate(spec.channelnames)
    }
    data = spec.x - spec.full_x, spec.y - spec.full_y, spec.width, spec.height
    metadata = {"input/filename": path, "input/timecode": f"00:00:00:{frame:02d}"}
    return Picture(channels, data, (spec.full_width, spec.full_height), metadata)


def _layer(name):
    return "rgba" if name == "alpha" else name


def _remove(node, frame, root):
    above = _above(node, frame, root)
    assert node["operation"].value() == "keep"
    names = [node[knob].value() for knob in ("channels", "channels2", "channels3", "channels4")]
    if names[0] == "alpha":
        kept = {"rgba.alpha": above.channels["rgba.alpha"]}
    else:
        kept = {c: p for c, p in above.channels.items() if c.rpartition(".")[0] in names}
    return replace(above, channels=kept)


def _copy(node, frame, root):
    below, painted = _above(node, frame, root), _above(node, frame, root, 1)
    assert below.data == painted.data
    assert below.display == painted.display
    channels = dict(below.channels)
    for place in range(4):
        if node[f"from{place}"].value():
            channels[node[f"to{place}"].value()] = painted.channels[node[f"from{place}"].value()]
    return replace(below, channels=channels)


def _switch(node, frame, root):
    return _above(node, frame, root, int(node["which"].getValueAt(frame)))


def _multiply(node, frame, root):
    above = _above(node, frame, root)
    by = node["value"].getValueAt(frame)
    colors = ("rgba.red", "rgba.green", "rgba.blue")
    scaled = {c: p * by if c in colors else p for c, p in above.channels.items()}
    return replace(above, channels=scaled)


def _group(node, frame, root):
    return picture_of(next(o for o in node.nodes() if o.Class() == "Output"), frame, root)


def _input(node, frame, root):
    group = node._parent
    places = [one for one in group.nodes() if one.Class() == "Input"]
    return _above(group, frame, root, places.index(node))


_GIVES = {
    "Read": _read, "Remove": _remove, "Copy": _copy, "Switch": _switch, "Multiply": _multiply,
    "Group": _group, "Input": _input, "Output": _above, "Write": _above,
}  # fmt: skip


def write_exr(node, frame, root):
    """Write the file of a frame, as Nuke does it with these knobs."""
    picture = picture_of(node.input(0), frame, root)
    assert node["file_type"].value() == "exr"
    assert node["channels"].value() == "all"
    path = node["file"].value() % frame
    if not Path(path).parent.is_dir():
        raise RuntimeError(f"{path}: No such file or directory")
    names = sorted(picture.channels, key=lambda one: (one not in _IN_FILES, one))
    half = node["datatype"].value() == "16 bit half"
    x, y, width, height = picture.data
    spec = oiio.ImageSpec(width, height, len(names), oiio.HALF if half else oiio.FLOAT)
    spec.x, spec.y, (spec.full_width, spec.full_height) = x, y, picture.display
    spec.channelnames = [_IN_FILES.get(one, one) for one in names]
    spec.attribute("compression", "zips")
    spec.attribute("nuke/version", "15.0v4")
    spec.attribute("nuke/node_hash", "c0ffee")
    for key, value in picture.metadata.items():
        spec.attribute(key, value)
    target = oiio.ImageOutput.create(path)
    pixels = np.stack([picture.channels[one] for one in names], axis=-1)
    assert target.open(path, spec), target.geterror()
    assert target.write_image(np.ascontiguousarray(pixels, np.float32)), target.geterror()
    target.close()
