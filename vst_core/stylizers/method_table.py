"""The methods by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from vst_core.catalog import find_method
from vst_core.errors import UsageError, nearest
from vst_core.styles import Style, families
from vst_core.stylizers.dissolve import DissolveStylizer
from vst_core.stylizers.feed_forward import ItnStylizer, PairStylizer, VtnStylizer
from vst_core.stylizers.gatys import GatysStylizer
from vst_core.stylizers.lstm import LstmStylizer
from vst_core.stylizers.region_styles import OptimizedRegions, RegionStylizer
from vst_core.stylizers.ruder import MultiPassStylizer, RuderStylizer
from vst_core.stylizers.stylizer import Stylizer, StylizerSettings

__all__ = ["STYLIZERS", "open_regions", "open_stylizer"]

_OPTIMIZING: dict[str, Callable[[StylizerSettings], Stylizer]] = {
    "gatys": GatysStylizer,
    "ruder": RuderStylizer,
    "ruder-multipass": MultiPassStylizer,
}
STYLIZERS: dict[str, Callable[[StylizerSettings], Stylizer]] = {
    "itn": ItnStylizer,
    "vtn": VtnStylizer,
    "huang": PairStylizer,
    "lstm": LstmStylizer,
    **_OPTIMIZING,
}


def open_stylizer(method: str, settings: StylizerSettings) -> Stylizer:
    """Return a method, ready to run.

    Raises:
        UsageError: There is no such method.
        WeightsError: Its weights are absent or damaged.
    """
    if method not in STYLIZERS:
        raise UsageError(f"There is no method '{method}'", fix=nearest(method, STYLIZERS))
    styles = [style for style, _ in settings.styles]
    if len(styles) < 2 or not find_method(method).weights:
        return STYLIZERS[method](settings)
    mixes = find_method(method).mixes
    groups = families(styles) if mixes else [(index,) for index in range(len(styles))]
    if len(groups) < 2:
        return STYLIZERS[method](settings)
    parts = [(STYLIZERS[method](_of_family(settings, group)), group) for group in groups]
    return DissolveStylizer(parts, shares=[share for _, share in settings.styles])


def _of_family(settings: StylizerSettings, group: Sequence[int]) -> StylizerSettings:
    """Return settings with the styles of a family alone, in equal shares until a look says."""
    styles = tuple((settings.styles[index][0], 1 / len(group)) for index in group)
    return replace(settings, styles=styles)


def open_regions(
    method: str,
    settings: StylizerSettings,
    mixes: Sequence[tuple[tuple[Style, float], ...] | None],
    *,
    mode: str,
) -> RegionStylizer | OptimizedRegions:
    """Return a method for several styles in one picture.

    The networks paint a picture for each style; an optimizing method paints one picture, each
    part of it towards its own style.

    Args:
        method: Of all regions.
        settings: With the styles of all regions together.
        mixes: The style of each region; None leaves it as the picture is.
        mode: One of `MASK_MODES`.

    Raises:
        UsageError: There is no such method or mode.
        WeightsError: Weights are absent or damaged.
    """
    if find_method(method).paints_regions == "together":
        painted = tuple(mix for mix in mixes if mix is not None)
        stylizer = _OPTIMIZING[method](replace(settings, regions=painted))
        return OptimizedRegions(stylizer, painted=[mix is not None for mix in mixes])
    opened = [
        None if mix is None else open_stylizer(method, replace(settings, styles=mix))
        for mix in mixes
    ]
    return RegionStylizer(opened, mode=mode, counts=[len(mix or ()) for mix in mixes])
