# SPDX-License-Identifier: Apache-2.0
"""Nuke runs this when its interface starts: the node's place in the menu."""

from vst_nuke import menus

menus.add()
