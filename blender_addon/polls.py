# SPDX-License-Identifier: GPL-3.0-or-later
"""Buttons that say why they are gray."""

from __future__ import annotations

from typing import Any

__all__ = ["pressable"]


def pressable(operator: Any, reason: str) -> bool:
    """Return whether an operator can be pressed, and let Blender say why not.

    Args:
        operator: Its class.
        reason: Why it cannot be pressed, in words; empty if it can.
    """
    if reason:
        operator.poll_message_set(reason)
    return not reason
