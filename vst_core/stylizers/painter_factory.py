"""Makes painters for the optimizing methods: the encoders, and the styles as they see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from torch import Tensor

from vst_core.devices import place
from vst_core.errors import UsageError
from vst_core.features import LITE_LAYERS, Encoder, load_encoder, pick_encoder
from vst_core.memory import RoomCheck
from vst_core.optimizer import (
    Painter,
    StyleTarget,
    mixed_target,
    open_painter,
    scale_count,
    style_target,
)
from vst_core.styles import Painting, Style, StyleCard
from vst_core.styles.loading import (
    CARD_ENCODER,
    LIGHT_ENCODER,
    is_known_to,
)
from vst_core.stylizers.color_transfer import in_luminance_of, match_colors
from vst_core.stylizers.open_styles import OpenStyles
from vst_core.stylizers.stylizer import Look, StylizerSettings
from vst_core.weights import has_weights

__all__ = ["PainterFactory", "pick_features"]

_LEAST_NUMBERS = 600
"""A pixel of a picture as a whole, by `lite`: 870 were measured in bf16, 625 in float32."""


class PainterFactory:
    """The encoders and the styles: makes a painter for any frame.

    Raises:
        UsageError: The features do not fit the styles, or a layer is not theirs.
        InputError: A painting cannot be used.
        WeightsError: The encoder's weights, or those of a card, are absent or damaged.
    """

    def __init__(self, settings: StylizerSettings) -> None:
        self._settings = settings
        self._paint = replace(settings.painter, precision=settings.precision)
        names = pick_features(settings)
        self._encoders = [self._ready(name) for name in names]
        self._open = OpenStyles(names)
        self._styles = settings.styles
        self._regions = list(settings.regions)
        self._open.hold(self._in_use())
        self._painters: dict[tuple[int, int], Painter] = {}
        self._look = Look()
        self._room = RoomCheck()

    def painter(self, frame: Tensor, look: Look, weight: Tensor | None = None) -> Painter:
        """Return the painter for a frame; frames of one size and look share one.

        Args:
            frame: 1 x 3 x H x W working picture in [0, 1].
            look: Of the frame.
            weight: 1 x 1 x H x W in [0, 1], what of it is picture; all of it where None.

        Raises:
            MemoryError: All of it at once, as is asked for, takes more memory than there is.
        """
        if not self._paint.tile and self._settings.device.type == "cpu":
            pixels = frame.shape[-2] * frame.shape[-1]
            self._room.require(pixels * _LEAST_NUMBERS * self._settings.precision.itemsize)
        if look != self._look:
            self._set(look)
        if self._settings.colors and any(isinstance(s, Painting) for s, _ in self._styles):
            # The painting takes on each frame's own colors.
            return self._new_painter(frame, weight)
        size = _size(frame)
        if size not in self._painters:
            self._painters[size] = self._new_painter(frame, None)
        return self._painters[size]

    def _set(self, look: Look) -> None:
        self._painters.clear()
        self._look = look
        weight, painter = look.style_weight, self._settings.painter
        self._paint = replace(
            painter,
            precision=self._settings.precision,
            style_weight=painter.style_weight if weight is None else weight,
        )
        if look.shares is not None:
            self._styles = _mixed_by(look, self._styles)
            looks = look.split([len(region) for region in self._regions])
            self._regions = [
                _mixed_by(own, region) for own, region in zip(looks, self._regions, strict=True)
            ]
            self._open.hold(self._in_use())

    def _in_use(self) -> list[Style]:
        """Return the styles that have a share in the look."""
        every = (self._styles, *self._regions)
        return [style for styles in every for style, share in styles if share > 0]

    def content(self, frame: Tensor) -> Tensor:
        """Return what of a frame is painted: all of it, or its light and dark."""
        return in_luminance_of(frame, frame) if self._settings.colors == "luminance" else frame

    def _ready(self, name: str) -> Encoder:
        settings = self._settings
        encoder = load_encoder(name, folder=settings.weights_dir, pooling=settings.pooling)
        encoder.at(settings.precision)
        return place(encoder, settings.device)

    def _new_painter(self, frame: Tensor, weight: Tensor | None) -> Painter:
        seen = [(encoder, self._seen(encoder, frame, weight)) for encoder in self._encoders]
        return open_painter(seen, self._paint)

    def _seen(self, encoder: Encoder, frame: Tensor, weight: Tensor | None) -> list[StyleTarget]:
        """Return the styles as an encoder sees them, one for each region if there are any."""

        def targets(styles: _Mixed) -> list[StyleTarget]:
            return [
                self._target(encoder, style, share, frame, weight)
                for style, share in styles
                if share > 0
            ]

        if self._regions:
            return [mixed_target(targets(region)) for region in self._regions]
        return targets(self._styles)

    def _target(
        self,
        encoder: Encoder,
        style: Style,
        share: float,
        frame: Tensor,
        weight: Tensor | None,
    ) -> StyleTarget:
        if isinstance(style, StyleCard):
            return StyleTarget(grams=self._open.grams(style)[encoder.name], weight=share)
        size = _size(frame)
        seen = (encoder.name, size)
        known = None if self._settings.colors else self._open.target(style, seen)
        if known is not None:
            return replace(known, weight=share)
        target = style_target(
            encoder,
            self._colored(self._open.picture(style).to(frame.device), frame, weight),
            size=size,
            levels=self._paint.scales or scale_count(size),
            layers=_style_layers(self._settings, encoder),
            weight=share,
            scale=self._settings.style_scale,
            tile=self._paint.tile,
        )
        if not self._settings.colors:  # else it holds for this frame alone
            self._open.keep(style, seen, target)
        return target

    def _colored(self, painting: Tensor, frame: Tensor, weight: Tensor | None) -> Tensor:
        if self._settings.colors == "luminance":
            return in_luminance_of(painting, frame, weight)
        if self._settings.colors == "statistics":
            return match_colors(painting, frame, source_weight=weight)
        return painting


def pick_features(settings: StylizerSettings) -> tuple[str, ...]:
    """Return the names of the encoders that paint, in that order; the last one finishes.

    It is the one that serves the features and the styles. For paintings the shipped one begins,
    where that is asked for and it has the layers. A start from noise it leaves alone: its grain
    would stay.

    Raises:
        UsageError: A card has no Gram matrices of the encoder that is asked for.
        WeightsError: The shipped encoder's card is absent or damaged.
    """
    cards = [style for style, _ in settings.styles if isinstance(style, StyleCard)]
    if cards:
        return (_of_cards(cards, settings),)
    last = pick_encoder(settings.features, folder=settings.weights_dir)
    paint = settings.painter
    layers = {name for name, _ in (*paint.style_layers, *paint.content_layers)}
    sketched = paint.sketch and paint.start == "content"
    if sketched and last != LIGHT_ENCODER and layers <= set(LITE_LAYERS):
        return LIGHT_ENCODER, last
    return (last,)


def _of_cards(cards: Sequence[StyleCard], settings: StylizerSettings) -> str:
    """Return the encoder that serves named styles.

    By itself that is the one they were trained with, if its weights are on this machine; else
    the shipped one, if it knows them all.
    """
    asked = settings.features
    if asked == "auto":
        light, whole = (
            all(is_known_to(card, name) for card in cards) for name in (LIGHT_ENCODER, CARD_ENCODER)
        )
        here = has_weights(CARD_ENCODER, folder=settings.weights_dir)
        asked = LIGHT_ENCODER if light and not (whole and here) else CARD_ENCODER
    for card in cards:
        if not is_known_to(card, asked):
            raise _not_known(card, asked)
    return asked


def _not_known(card: StyleCard, encoder: str) -> UsageError:
    able = [name for name in (CARD_ENCODER, LIGHT_ENCODER) if is_known_to(card, name)]
    what = f"The style '{card.name}' has no Gram matrices by {encoder}"
    fix = f"Use --features {able[0]}, or give" if able else "Give"
    return UsageError(what, fix=f"{fix} the painting itself.")


_Mixed = tuple[tuple[Style, float], ...]


def _mixed_by(look: Look, styles: _Mixed) -> _Mixed:
    """Return styles in the shares of a look."""
    pairs = zip(styles, look.shares or (), strict=True)
    return tuple((style, share) for (style, _), share in pairs)


def _style_layers(settings: StylizerSettings, encoder: Encoder) -> Sequence[str]:
    return [name for name, _ in settings.painter.style_layers] or encoder.style_layers


def _size(picture: Tensor) -> tuple[int, int]:
    return picture.shape[-2], picture.shape[-1]
