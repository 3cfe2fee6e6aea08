"""The pages, and what stands in them."""

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PAGES = (PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted(PROJECT.glob("docs/*.md")))
NAMES = [str(page.relative_to(PROJECT)) for page in PAGES]


def read(name):
    return (PROJECT / name).read_text(encoding="utf-8")


def blocks(name, language):
    return re.findall(rf"^```{language}\n(.*?)^```", read(name), re.DOTALL | re.MULTILINE)


def commands(name):
    """The command lines of a page's `sh` blocks, those that are joined by `&&` each by itself."""
    lines = [line for block in blocks(name, "sh") for line in block.splitlines()]
    return [part.strip() for line in lines for part in line.split(" && ")]


def headings(name):
    """The anchors of a page's headings, as hosts of Markdown make them."""
    text = re.sub(r"^```.*?^```", "", read(name), flags=re.DOTALL | re.MULTILINE)
    found = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}
