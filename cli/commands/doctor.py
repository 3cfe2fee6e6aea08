"""`vst doctor`: what works on this machine, what is missing, and how to get it."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ..parser import Parser
from ..show.columns import columns, facts

if TYPE_CHECKING:
    from vst_core.installation import Checkup, Finding

__all__ = ["parser", "run"]

_WIDEST = 100
_HANG = " " * 6

_EXAMPLES = """\
exit code:
  0  the main job can run: vst-seq in/%04d.exr out/
  5  it cannot: a library or a device is missing
  6  it cannot: the default style's weights are missing or damaged

examples:
  vst doctor
  vst doctor --json
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} [--json] [--weights-dir FOLDER]",
        description="Say what is installed, which devices there are, which weights and styles are\n"
        "found, what is missing and how to get it. Nothing is downloaded.",
        epilog=_EXAMPLES,
    )
    made.add_argument("--json", action="store_true", help="print JSON")
    made.add_argument(
        "--weights-dir", type=Path, metavar="FOLDER", help="a folder to look into first"
    )
    return made


def run(options: argparse.Namespace) -> int:
    """Print what was found; 0 where the main job can run."""
    from vst_core.installation import examine_installation

    with contextlib.redirect_stdout(sys.stderr):  # some libraries print when first loaded
        found = examine_installation(options.weights_dir)
    print(_as_json(found) if options.json else _report(found))
    return found.error.exit_code if found.error else 0


def _report(found: Checkup) -> str:
    devices = [
        (_mark(True), device.name, device.label, device.precision, "auto" * device.chosen)
        for device in found.devices
    ]
    verdict = f"The main job cannot run. {found.error}" if found.error else "The main job can run."
    sections = [
        facts([("vst", found.engine), ("Python", found.python), ("system", found.system)]),
        "libraries\n" + _findings(found.packages),
        "devices\n" + columns(devices, indent=2) if devices else "",
        "weights\n" + _findings(found.weights),
        "motion from (--flow)\n" + _findings(found.flow_sources, fixes=False),
        "styles\n" + _findings(found.styles) if found.styles else "",
        verdict,
    ]
    return "\n\n".join(section for section in sections if section)


def _findings(rows: Sequence[Finding], *, fixes: bool = True) -> str:
    lines = columns([(_mark(row.ok), row.name, row.detail) for row in rows], indent=2)
    out: list[str] = []
    for line, row in zip(lines.splitlines(), rows, strict=True):
        out.append(line)
        if fixes and not row.ok:
            need = f"For {row.purpose}. " if row.purpose else ""
            out.append(_wrapped(need + row.fix))
    return "\n".join(out)


def _wrapped(text: str) -> str:
    return textwrap.fill(
        text,
        _WIDEST,
        initial_indent=_HANG,
        subsequent_indent=_HANG,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _mark(ok: bool) -> str:
    return "ok" if ok else "--"


def _as_json(found: Checkup) -> str:
    content = asdict(found)
    content["error"] = str(found.error) if found.error else None
    return json.dumps(content | {"main_job": found.error is None}, indent=2)
