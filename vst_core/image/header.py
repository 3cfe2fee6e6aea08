"""What an image file says about itself, before any pixel is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from OpenImageIO import ImageInput, ImageSpec

from vst_core.errors import InputError
from vst_core.image.exr_layers import (
    Layer,
    choice_note,
    choose_layer,
    layers_of_part,
    views_of,
)
from vst_core.image.inspection import unreadable
from vst_core.image.oiio_file import check_window, complaint, opened
from vst_core.image.upright import turn_of_file, upright_spec
from vst_core.image.window import Window
from vst_core.turning import UPRIGHT, Turn

__all__ = ["Header", "Part", "read_header", "walk_parts"]

_MAX_PARTS = 1000
_MAX_CHANNELS = 4096

# Most that a compression can shrink a picture, with room to spare: a header that promises
# more pixels than its file can hold is damaged. Wavelet and DCT kinds shrink black to nothing.
_SHRINK = {"none": 2, "rle": 256, "zip": 4_000, "zips": 4_000, "pxr24": 4_000}
_SHRINK_OTHER = 200_000
_ALWAYS_PLAUSIBLE = 2**28

_BITS = {"uint8": 8, "int8": 8, "uint16": 16, "int16": 16}


@dataclass(frozen=True, eq=False)
class Part:
    """One part (subimage) of a file, as it is seen: windows and spec are of the upright picture.

    `turn` is what its stored pixels are turned by.
    """

    index: int
    name: str
    channels: tuple[str, ...]
    types: tuple[str, ...]
    data_window: Window
    display_window: Window
    deep: bool
    spec: ImageSpec = field(repr=False)
    turn: Turn = UPRIGHT

    def text(self, attribute: str) -> str:
        """Return a text attribute, or an empty text."""
        return str(self.spec.get_string_attribute(attribute))

    def texts(self, attribute: str) -> tuple[str, ...]:
        """Return an attribute of one or several texts."""
        given = self.spec.getattribute(attribute)
        return (given,) if isinstance(given, str) else tuple(map(str, given or ()))


@dataclass(frozen=True, eq=False)
class Header:
    """A file's parts, and the layer that makes the picture.

    Windows, channels and depth are those of the part that holds this layer. The note says what
    else might have been meant; it is empty where there is no doubt. `views` are the names of the
    file's views, where it has several.
    """

    path: Path
    format: str
    parts: tuple[Part, ...]
    layer: Layer
    layers: tuple[str, ...]
    note: str = ""
    views: tuple[str, ...] = ()

    @property
    def part(self) -> Part:
        """The part that holds the picture."""
        return self.parts[self.layer.part]

    @property
    def data_window(self) -> Window:
        """Where there are pixels."""
        return self.part.data_window

    @property
    def display_window(self) -> Window:
        """What is meant to be seen."""
        return self.part.display_window

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of all channels of the part, in the library's order (R, G, B, A first)."""
        return self.part.channels

    @property
    def has_alpha(self) -> bool:
        """Whether the picture has an alpha channel."""
        return self.layer.alpha is not None

    @property
    def premultiplied(self) -> bool:
        """Whether the file's colors are multiplied by its alpha (EXR: yes; PNG: no)."""
        straight = self.part.spec.get_int_attribute("oiio:UnassociatedAlpha")
        return self.has_alpha and not straight

    @property
    def is_float(self) -> bool:
        """Whether colors are stored as floating point numbers."""
        return self.depth in ("half", "float")

    @property
    def depth(self) -> str:
        """Bit depth of the colors in the words of `WriteSettings.depth`."""
        kind = self.part.types[self.layer.red]
        if not kind.startswith(("uint", "int")) or self.format == "openexr":
            return "half" if kind == "half" else "float"
        bits = self.part.spec.get_int_attribute("oiio:BitsPerSample") or _BITS.get(kind, 32)
        return next((str(known) for known in (8, 10, 12) if bits <= known), "16")


def read_header(path: Path | str, *, layer: str = "") -> Header:
    """Read a file's header: every part, every window, and which layer is the picture.

    Args:
        path: Any image file that OpenImageIO reads.
        layer: The layer wanted; empty = the one a person would expect (see `choose_layer`).

    Raises:
        InputError: Absent, damaged, deep, subsampled or implausible; names the file.
    """
    path = Path(path)
    with opened(path) as source:
        parts = walk_parts(path, source)
        file_format = str(source.format_name())
    layers = _layers(parts)
    if not layers and file_format != "openexr":
        layers = [Layer("", 0, 0, 0, 0, None, "")]  # a lone channel of any name is a gray
    chosen = choose_layer(path, layers, layer)
    if parts[chosen.part].deep:
        what = f"{path}: deep EXR cannot be stylized"
        raise InputError(what, fix="Flatten it first (Nuke: DeepToImage).")
    names = tuple(dict.fromkeys(found.name for found in layers))
    note = "" if layer else choice_note(layers, chosen)
    return Header(path, file_format, parts, chosen, names, note, views_of(layers))


def _layers(parts: tuple[Part, ...]) -> list[Layer]:
    several = len(parts) > 1
    named = next((given for part in parts if (given := part.texts("multiView"))), ())
    of_parts = [part.text("view") for part in parts]
    views = tuple(dict.fromkeys(filter(None, (*named, *of_parts))))
    return [
        layer
        for part, view in zip(parts, of_parts, strict=True)
        for layer in layers_of_part(
            part.index, part.channels, name=part.name if several else "", views=views, view=view
        )
    ]


def walk_parts(path: Path, source: ImageInput) -> tuple[Part, ...]:
    """Return the parts of an opened file.

    Raises:
        InputError: It is damaged or implausible; names the file.
    """
    parts: list[Part] = []
    file_format = str(source.format_name())
    while len(parts) < _MAX_PARTS and source.seek_subimage(len(parts), 0):
        try:
            parts.append(_part(path, len(parts), source.spec(), file_format))
        except UnicodeDecodeError:
            raise unreadable(path, "the names of its channels are unreadable text") from None
        # Formats for pages or mips beside the picture (TIFF, ICO): the first one is the picture.
        if file_format != "openexr":
            break
    else:
        problem = complaint(source)  # that there are no more parts
        if not parts:
            raise unreadable(path, problem)
    return tuple(parts)


def _part(path: Path, index: int, stored: ImageSpec, file_format: str) -> Part:
    turn = turn_of_file(path, stored, file_format)
    spec = upright_spec(stored, turn, file_format)
    data = check_window(path, (spec.x, spec.y, spec.width, spec.height), kind="data")
    full = (spec.full_x, spec.full_y, spec.full_width, spec.full_height)
    display = check_window(path, full, kind="display")
    if not 1 <= spec.nchannels <= _MAX_CHANNELS or spec.depth > 1:
        raise unreadable(path, f"{spec.nchannels} channels, {spec.depth} slices")
    _check_plausible(path, spec)
    types = [str(kind) for kind in spec.channelformats] or [str(spec.format)] * spec.nchannels
    name = spec.get_string_attribute("oiio:subimagename") or f"part{index}"
    channels = tuple(spec.channelnames)
    return Part(index, name, channels, tuple(types), data, display, spec.deep, spec, turn)


def _check_plausible(path: Path, spec: ImageSpec) -> None:
    """Refuse a header that promises far more pixels than the file can hold."""
    promised = spec.width * spec.height * spec.pixel_bytes(True)
    kind = spec.get_string_attribute("compression", "other").partition(":")[0]
    possible = path.stat().st_size * _SHRINK.get(kind, _SHRINK_OTHER)
    if promised > max(_ALWAYS_PLAUSIBLE, possible):
        size = f"{spec.width} x {spec.height} with {spec.nchannels} channels"
        raise unreadable(path, f"its header promises {size}, more than the file can hold")
