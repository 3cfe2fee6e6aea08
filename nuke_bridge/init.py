# SPDX-License-Identifier: Apache-2.0
"""Nuke runs this at its start, with and without its interface, when the folder is on NUKE_PATH."""

from vst_nuke import callbacks

callbacks.register()
