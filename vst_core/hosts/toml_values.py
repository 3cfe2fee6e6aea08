# SPDX-License-Identifier: Apache-2.0
"""Single values as TOML writes them."""

from __future__ import annotations

import json
import math
from typing import Any

__all__ = ["toml_value"]


def toml_value(value: Any) -> str:
    """Return a string, boolean, number or list of those as TOML.

    JSON's texts, numbers and booleans are TOML's too, but for inf, nan and DEL.

    >>> toml_value(True), toml_value(0.5), toml_value("Müller"), toml_value([1, 2])
    ('true', '0.5', '"Müller"', '[1, 2]')
    """
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
