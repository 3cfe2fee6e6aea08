# SPDX-License-Identifier: Apache-2.0
"""What happens by itself: a script is opened, a knob is changed, a Write is rendered.

Nuke's start waits for this module, and most scripts hold no such node: what the callbacks need
is imported when there is something to do.
"""

from __future__ import annotations

import atexit
import sys

import nuke

__all__ = ["register"]


def register() -> None:
    """Let Nuke call us; done once, at its start."""
    nuke.addKnobChanged(_knob_changed, nodeClass="Group")
    nuke.addOnScriptLoad(_script_loaded)
    nuke.addBeforeRender(_before_render, nodeClass="Write")
    atexit.register(_end_processes)


def _knob_changed() -> None:
    node, knob = nuke.thisNode(), nuke.thisKnob()
    name = knob.name()
    if not name.startswith("vst_") or not _is_ours(node):
        return
    if name.endswith("_other") and knob.value():
        name = name[: -len("_other")]
        node[name].setValue("other")
    if name == "vst_style":
        from .style_previews import picture

        node["vst_style_preview"].setValue(picture(node[name].value()))


def _script_loaded() -> None:
    """Show results that were made elsewhere, as on a farm, since the script was saved."""
    for node in nuke.allNodes("Group", recurseGroups=True):
        if _is_ours(node):
            from . import stylize

            stylize.look_for_result(node)


def _before_render() -> None:
    """Stop a Write that would render old paint.

    Raises:
        RuntimeError: A node above has to be painted first.
    """
    if not any(_is_ours(node) for node in nuke.allNodes("Group", recurseGroups=True)):
        return
    from .job import require_fresh
    from .stylize import PROBLEMS, line_of

    try:
        require_fresh([nuke.thisNode()])
    except PROBLEMS as error:
        raise RuntimeError(line_of(error)) from None


def _is_ours(node: nuke.Node) -> bool:
    return "vst_node" in node.knobs()


def _end_processes() -> None:
    """Leave no engine behind when Nuke ends."""
    process = sys.modules.get(f"{__package__}.hosts.process")
    if process is not None:
        process.end_all()
