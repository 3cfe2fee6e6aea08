# SPDX-License-Identifier: GPL-3.0-or-later
"""A strip and its result: finding one from the other, showing either, taking the result away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from . import versions
from .keyframes import remove_keyframes
from .strips import owner_of

__all__ = [
    "RESULT",
    "find",
    "identify",
    "original_of",
    "remove_result",
    "restore",
    "result_of",
    "swap",
]  # fmt: skip

RESULT = "RESULT"


def identify(strip: Any, scene: Any) -> str:
    """Return the lasting name of a strip, and give it one where it has none of its own.

    Copies of a strip come with its settings, and so with its lasting name: they get a new one.
    """
    mine = strip.vst.uid
    shared = any(one != strip and one.vst.uid == mine for one in _strips(scene))
    if not mine or (shared and strip.name != strip.vst.uid_given_to):
        strip.vst.uid = os.urandom(16).hex()
        strip.vst.uid_given_to = strip.name
    return str(strip.vst.uid)


def find(scene: Any, uid: str, name: str) -> Any:
    """Return the strip with a lasting name, or else the one called `name`; None if neither."""
    strips = [one for one in _strips(scene) if one.vst.role != RESULT]
    same = [one for one in strips if one.vst.uid == uid]
    named = [one for one in same or strips if one.name == name]
    return next(iter(named or same), None)


def result_of(strip: Any, scene: Any) -> Any:
    """Return the result of a strip, the nearest in time where copies share it; None without."""
    uid = strip.vst.uid
    found = [one for one in _strips(scene) if one.vst.role == RESULT and one.vst.partner == uid]
    return _nearest(strip, found) if uid else None


def original_of(strip: Any, scene: Any) -> Any:
    """Return what a result was made from; the strip itself where it is none."""
    if strip is None or strip.vst.role != RESULT:
        return strip
    uid = strip.vst.partner
    found = [one for one in _strips(scene) if one.vst.role != RESULT and one.vst.uid == uid]
    return _nearest(strip, found)


def swap(original: Any, result: Any) -> None:
    """Show the original where the result showed, or the other way round."""
    original.mute = not original.mute
    result.mute = not original.mute


def restore(original: Any, scene: Any) -> None:
    """Take the result away, and show the original. The files stay."""
    remove_result(original, scene)
    original.mute = False


def remove_result(original: Any, scene: Any) -> None:
    """Take the result away, if there is one."""
    result = result_of(original, scene)
    if result is not None:
        owner = owner_of(result, scene.sequence_editor)
        remove_keyframes(scene, result.name)
        versions.strips_of(owner).remove(result)


def _strips(scene: Any) -> Iterator[Any]:
    editor = scene.sequence_editor if scene else None
    return iter(versions.strips_all_of(editor) if editor else ())


def _nearest(strip: Any, found: list[Any]) -> Any:
    left = versions.handles(strip)[0]
    return min(found, key=lambda one: abs(versions.handles(one)[0] - left), default=None)
