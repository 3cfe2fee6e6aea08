# SPDX-License-Identifier: GPL-3.0-or-later
"""A strip and its result: finding one from the other, showing either, taking the result away.

A result that the user has cut lies in several strips; they belong together.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from .. import versions
from .keyframes import remove_keyframes
from .strips import owner_of

__all__ = [
    "RESULT",
    "effects_on",
    "find",
    "hand_effects",
    "identify",
    "named",
    "original_of",
    "restore",
    "result_of",
    "results_of",
    "separate",
    "swap",
]  # fmt: skip

RESULT = "RESULT"
_INPUTS = ("input_1", "input_2")


def identify(strip: Any) -> str:
    """Return the lasting name of a strip, and give it one where it has none."""
    if not strip.vst.uid:
        strip.vst.uid = os.urandom(16).hex()
        strip.vst.uid_given_to = strip.name
    return str(strip.vst.uid)


def separate(scene: Any) -> None:
    """Give every strip of a scene a lasting name of its own.

    Copies of a strip come with its settings, and so with its lasting name. The one that it was
    given to keeps it; the others get new ones, their results (copied along) too.
    """
    groups: dict[str, list[Any]] = {}
    for strip in _originals(scene):
        if strip.vst.uid:
            groups.setdefault(strip.vst.uid, []).append(strip)
    for strips in groups.values():
        owner = next((one for one in strips if one.name == one.vst.uid_given_to), strips[0])
        for strip in strips:
            if strip != owner:
                pieces = results_of(strip, scene)
                strip.vst.uid = ""
                for piece in pieces:
                    piece.vst.partner = identify(strip)


def find(scene: Any, uid: str) -> list[Any]:
    """Return the strips with a lasting name: one, or several where it was cut."""
    return [one for one in _originals(scene) if one.vst.uid == uid]


def named(scene: Any, name: str) -> Any:
    """Return the strip of that name, unless it is a result; None if there is none."""
    return next((one for one in _originals(scene) if one.name == name), None)


def results_of(strip: Any, scene: Any) -> list[Any]:
    """Return the result of a strip, in as many strips as it was cut into, in time's order."""
    uid = strip.vst.uid
    found = [one for one in _strips(scene) if one.vst.role == RESULT and one.vst.partner == uid]
    mine = [one for one in found if uid and original_of(one, scene) == strip]
    return sorted(mine, key=versions.handles)


def result_of(strip: Any, scene: Any) -> Any:
    """Return the first strip of a strip's result; None without."""
    return next(iter(results_of(strip, scene)), None)


def original_of(strip: Any, scene: Any) -> Any:
    """Return what a result was made from, the nearest in time where copies share it.

    A strip that is no result is its own original.
    """
    if strip is None or strip.vst.role != RESULT:
        return strip
    uid = strip.vst.partner
    found = [one for one in _originals(scene) if one.vst.uid == uid]
    return min(found, key=lambda one: _distance(one, strip), default=None)


def swap(original: Any, scene: Any) -> None:
    """Show the original where the result showed, or the other way round."""
    results = results_of(original, scene)
    original.mute = not original.mute
    for result in results:
        result.mute = not original.mute
    if original.mute:
        hand_effects(scene, [original], results)
    else:
        hand_effects(scene, results, [original])


def restore(original: Any, scene: Any) -> None:
    """Take the result away, and show the original; effects on the result go on with it."""
    results = results_of(original, scene)
    hand_effects(scene, results, [original])
    for result in results:
        owner = owner_of(result, scene.sequence_editor)
        remove_keyframes(scene, result.name)
        versions.strips_of(owner).remove(result)
    original.mute = False


def effects_on(strip: Any, scene: Any) -> list[tuple[Any, str]]:
    """Return the effect strips that use a strip, each with the name of the input."""
    return [
        (one, name)
        for one in _strips(scene)
        for name in _INPUTS
        if getattr(one, name, None) == strip
    ]


def hand_effects(scene: Any, strips: list[Any], heirs: list[Any]) -> list[str]:
    """Let the effects on some strips use others instead, the one nearest in time.

    Returns:
        The names of effects with which that cannot be done.
    """
    failed = []
    for strip in strips:
        for effect, name in effects_on(strip, scene):
            heir = min(heirs, key=lambda one: _distance(one, effect), default=None)
            try:
                setattr(effect, name, heir)
            except (AttributeError, TypeError, RuntimeError):
                failed.append(str(effect.name))
    return failed


def _strips(scene: Any) -> Iterator[Any]:
    editor = scene.sequence_editor if scene else None
    return iter(versions.strips_all_of(editor) if editor else ())


def _originals(scene: Any) -> Iterator[Any]:
    return (one for one in _strips(scene) if one.vst.role != RESULT)


def _distance(one: Any, other: Any) -> tuple[int, int]:
    """How far apart two strips are in time, those that overlap by what they share."""
    begin, end = versions.handles(one)
    left, right = versions.handles(other)
    shared = min(end, right) - max(begin, left)
    return (-shared if shared > 0 else 0, abs(begin - left))
