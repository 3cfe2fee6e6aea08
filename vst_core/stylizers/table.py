"""The methods by name."""

from __future__ import annotations

from collections.abc import Callable

from vst_core.errors import UsageError, nearest
from vst_core.stylizers.gatys import GatysStylizer
from vst_core.stylizers.networks import ItnStylizer, VtnStylizer
from vst_core.stylizers.ruder import MultiPassStylizer, RuderStylizer
from vst_core.stylizers.stylizer import Stylizer, StylizerSettings

__all__ = ["STYLIZERS", "open_stylizer"]

STYLIZERS: dict[str, Callable[[StylizerSettings], Stylizer]] = {
    "itn": ItnStylizer,
    "vtn": VtnStylizer,
    "gatys": GatysStylizer,
    "ruder": RuderStylizer,
    "ruder-multipass": MultiPassStylizer,
}


def open_stylizer(method: str, settings: StylizerSettings) -> Stylizer:
    """Return a method, ready to run.

    Raises:
        UsageError: There is no such method.
        WeightsError: Its weights are absent or damaged.
    """
    if method not in STYLIZERS:
        raise UsageError(f"No method is called '{method}'", fix=nearest(method, STYLIZERS))
    return STYLIZERS[method](settings)
