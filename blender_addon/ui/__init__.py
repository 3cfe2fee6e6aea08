# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen: operators, panels, menus."""
