"""Cores that other programs on this machine want too."""

from __future__ import annotations

import os

__all__ = ["share_cores"]

_CHOICES = {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"}
_TURNS = "1000"


def share_cores() -> None:
    """Let threads that wait for others of this run sleep soon; call it before torch is loaded.

    GNU's OpenMP, which torch's Linux wheels bring, lets them turn for milliseconds in case that
    work comes at once. Beside a second run, or a render, they turn on the cores that the others'
    work needs: two runs side by side took nine times as long as one, and take twice as long
    with as few turns as OpenMP itself allows where it knows of too many threads. A run by itself
    takes as long as before. What is set in the environment stands.
    """
    if not _CHOICES & os.environ.keys():
        os.environ["GOMP_SPINCOUNT"] = _TURNS
