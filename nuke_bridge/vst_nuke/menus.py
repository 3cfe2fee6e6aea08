# SPDX-License-Identifier: Apache-2.0
"""The node's place in Nuke's menu of nodes."""

from __future__ import annotations

import nuke

__all__ = ["add"]


def add() -> None:
    """Add the menu; done once, when the interface starts."""
    menu = nuke.menu("Nodes").addMenu("VST")
    menu.addCommand("VST Stylize", "from vst_nuke import node\nnode.create()")
