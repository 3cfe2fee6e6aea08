# SPDX-License-Identifier: GPL-3.0-or-later
"""Render and Stylize: an animation that is stylized as its frames come."""
