"""Cores that other programs on this machine want too."""

from __future__ import annotations

import os

__all__ = ["share_cores"]

_CHOICES = {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"}
_SPINS = "1000"


def share_cores() -> None:
    """Let threads that wait for others of this run sleep soon; call it before torch is loaded.

    GNU's OpenMP, which torch's Linux wheels bring, lets them spin for milliseconds in case that
    work comes at once. Beside a second run, or a render, they spin on the cores that the others'
    work needs: two runs side by side took nine times as long as one. With as few spins as
    OpenMP itself allows where it knows of too many threads they take twice as long, and a run
    by itself takes as long as before. What is set in the environment stands.
    """
    if not _CHOICES & os.environ.keys():
        os.environ["GOMP_SPINCOUNT"] = _SPINS
