"""`--cluster`: the same work on several machines, for the commands that can."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from vst_core.errors import UsageError

if TYPE_CHECKING:
    from vst_core.cluster import Cluster

__all__ = ["add_cluster", "asked_cluster"]


def add_cluster(group: argparse._ArgumentGroup) -> None:
    """Add the flags."""
    group.add_argument(
        "--cluster",
        metavar="PLACE",
        help="make chunks of frames on several workers by Ray, to the bytes of one machine:\n"
        "local:2, ray://host:10001, or auto",
    )
    group.add_argument(
        "--chunk", type=int, metavar="N", help="with --cluster: frames a task (default 24)"
    )


def asked_cluster(options: argparse.Namespace) -> AbstractContextManager[Cluster] | None:
    """Return the cluster that was asked for, to be entered.

    Raises:
        UsageError: The flags do not fit together.
    """
    if options.cluster is None:
        if options.chunk is not None:
            raise UsageError("--chunk is for --cluster", fix="Name a cluster, such as local:2")
        return None
    from vst_core.cluster import open_cluster

    return open_cluster(options.cluster, chunk=24 if options.chunk is None else options.chunk)
