"""`vst styles`: what there is to choose from, and everything that is known about one style."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from vst_core.errors import UsageError

from ..parser import Parser
from ..show.columns import columns, facts

if TYPE_CHECKING:
    from vst_core.styles import StyleCard

__all__ = ["parser", "run"]

_EXAMPLES = """\
examples:
  vst styles                 every style, with what was measured and a preview to look at
  vst styles show muse       everything on its card: files, training, figures, licenses
  vst styles show mine.toml  the card of a style of your own
  vst styles --json          the same for programs

Folders named in VST_STYLES (joined like PATH) are searched before the shipped styles.
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} [show STYLE] [--json]",
        description="List the styles, or show one.",
        epilog=_EXAMPLES,
    )
    made.add_argument("action", nargs="?", metavar="show", help="show a single style")
    made.add_argument("style", nargs="?", metavar="STYLE", help="its name, or its card's path")
    made.add_argument("--json", action="store_true", help="print JSON")
    return made


def run(options: argparse.Namespace) -> int:
    """List the styles, or show one."""
    from vst_core.styles import find_card, list_cards

    _check(options)
    if options.action:
        card = find_card(options.style)
        print(_as_json(_content(card)) if options.json else _everything(card))
        return 0
    cards = list_cards()
    print(_as_json([_content(card) for card in cards]) if options.json else _list(cards))
    return 0


def _check(options: argparse.Namespace) -> None:
    if options.action not in (None, "show"):
        fix = f"Did you mean: vst styles show {options.action}"
        raise UsageError(f"vst styles cannot '{options.action}'", fix=fix)
    if options.action and not options.style:
        raise UsageError("No style is named", fix="Write, for example: vst styles show muse")


def _list(cards: Sequence[StyleCard]) -> str:
    if not cards:
        return "No styles are installed. Train one: vst train --help"
    measured = _measured_on(cards)
    figures = _figures(cards, measured)
    heads = (figure.upper().replace("_", " ") for figure in figures)
    rows = [("STYLE", "TITLE", "WIDTH", *heads)]
    for card in cards:
        found = card.metrics.get(measured, {})
        shown = (_number(found.get(figure, "")) for figure in figures)
        rows.append((card.name, card.title, str(card.width), *shown))
    lines = [columns(rows)]
    if measured:
        lines.append(f"\nMeasured on {measured}.")
    lines += [f"\nCan be mixed: {names}." for names in _mixable(cards)]
    previews = [(card.name, _preview(card)) for card in cards if card.preview]
    if previews:
        lines.append("\nPreviews:\n" + columns(previews, indent=2))
    lines.append("\nMore about one: vst styles show " + cards[0].name)
    return "\n".join(lines)


def _everything(card: StyleCard) -> str:
    head = [
        ("style", card.name),
        ("title", card.title),
        ("painting", card.painting_license),
        ("license", f"{card.license} (the weights)"),
        ("family", card.family and f"{card.family}: styles of one family can be mixed"),
        ("network", f"width {card.width}, row {card.row}"),
        ("card", str(card.folder / f"{card.name}.toml")),
        ("preview", _preview(card)),
    ]
    sections = [facts(head)]
    files = [(kind, str(card.path(kind)), _state(card, kind)) for kind in card.files]
    sections.append("files\n" + columns(files, indent=2))
    for sequence, figures in card.metrics.items():
        rows = [(name, _number(value)) for name, value in figures.items()]
        sections.append(f"measured on {sequence}\n" + facts(rows, indent=2))
    if card.recipe:
        sections.append("trained\n" + facts(_flat(card.recipe), indent=2))
    sections.append(f"use it: vst-seq in/%04d.png out/ --style {card.name}")
    return "\n\n".join(sections)


def _content(card: StyleCard) -> dict[str, Any]:
    content = asdict(card) | {"folder": str(card.folder.resolve()), "preview": _preview(card)}
    for kind in card.files:
        content["files"][kind]["path"] = str(card.path(kind).resolve())
    return content


def _mixable(cards: Sequence[StyleCard]) -> list[str]:
    """The names of each family of styles that has more than one."""
    families: dict[tuple[str, int], list[str]] = {}
    for card in cards:
        families.setdefault((card.family, card.width), []).append(card.name)
    return [", ".join(names) for (family, _), names in families.items() if family and names[1:]]


def _measured_on(cards: Sequence[StyleCard]) -> str:
    """The sequence that most cards have figures of."""
    names = [name for card in cards for name in card.metrics]
    return max(dict.fromkeys(names), key=names.count, default="")


def _figures(cards: Sequence[StyleCard], sequence: str) -> list[str]:
    return list(dict.fromkeys(key for card in cards for key in card.metrics.get(sequence, {})))


def _preview(card: StyleCard) -> str:
    return os.path.abspath(card.folder / card.preview) if card.preview else ""  # noqa: PTH100


def _state(card: StyleCard, kind: str) -> str:
    path = card.path(kind)
    return f"{path.stat().st_size / 1000:,.0f} kB" if path.is_file() else "missing"


def _flat(table: Mapping[str, Any], place: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            rows += _flat(value, f"{place}{key}.")
        else:
            rows.append((f"{place}{key}", _number(value)))
    return rows


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _as_json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False)
