"""Cores that other programs on this machine want too."""

from __future__ import annotations

import os

__all__ = ["FEW_SPINS", "SPINS", "share_cores"]

FEW_SPINS = 1_000
"""What OpenMP itself allows where it knows of too many threads."""
SPINS = 10_000
"""For commands that call torch thousands of times a second: a step of training takes 0.31 s with
them and 0.44 s with few. Two runs at once that both spin so long take twice as long again."""

_CHOICES = {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"}


def share_cores(spins: int) -> None:
    """Let threads that wait for others of this run sleep soon; call it before torch is loaded.

    GNU's OpenMP, which torch's Linux wheels bring, lets them spin for milliseconds in case that
    work comes at once. Beside a second run, or a render, they spin on the cores that the others'
    work needs: two runs side by side took nine times as long as one. With few spins they
    take twice as long, and a run by itself hardly longer than before. What is set in the
    environment stands.

    Args:
        spins: How often a thread looks before it sleeps.
    """
    if not _CHOICES & os.environ.keys():
        os.environ["GOMP_SPINCOUNT"] = str(spins)
