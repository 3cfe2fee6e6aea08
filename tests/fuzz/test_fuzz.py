"""Damaged files and odd texts: each gives a result or an error of the tree, whole and in time.

By hand, for as long as you like: `python -m pytest tests/fuzz -m fuzz -n0 --fuzz-seconds 300`.
With the slow tests each kind gets a few cases, so that this stays able to run.
"""

import os
import re
from pathlib import Path

import pytest
import seeds
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from targets import FILES, SHOT, TEXTS

pytestmark = [pytest.mark.slow, pytest.mark.fuzz]

SOMEWHERE = st.floats(0, 1, exclude_max=True)
PIECE = st.one_of(
    st.binary(min_size=1, max_size=8),
    st.sampled_from([b"\0" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f"]),
    st.sampled_from([word.encode("utf-8", "surrogatepass")[:400] for word in seeds.WORDS]),
)
# What is replaced as a whole in JSON and TOML.
WHOLE = {
    "value": re.compile(rb'"[^"\n]*"|-?[0-9.]+|true|false|null'),
    "line": re.compile(rb"[^\n]+"),
}
TEXT_FILES = (".toml", ".json", ".jsonl")
EDIT = st.tuples(
    st.sampled_from(["over", "in", "cut", "drop", "copy"]),
    # Headers decide the most, so every other edit is near the beginning.
    st.one_of(SOMEWHERE, SOMEWHERE.map(lambda place: place**8)),
    PIECE,
)
RETOLD = st.tuples(st.sampled_from(["value", "line"]), SOMEWHERE, st.sampled_from(seeds.VALUES))
EDITS = st.lists(EDIT, max_size=6)
EDITS_OF_TEXT = st.lists(st.one_of(RETOLD, EDIT), max_size=4)


def edited(content, edits):
    """Apply edits to bytes, each at a part of their length."""
    for kind, share, piece in edits:
        place = int(share * len(content))
        head, tail = content[:place], content[place:]
        if kind == "over":
            tail = piece + tail[len(piece) :]
        elif kind == "in":
            tail = piece + tail
        elif kind == "cut":
            tail = b""
        elif kind == "drop":
            tail = tail[len(piece) * 16 :]
        elif kind in WHOLE:
            found = list(WHOLE[kind].finditer(content))
            if found:
                part = found[int(share * len(found))]
                head, tail = content[: part.start()], piece + content[part.end() :]
        else:
            tail = tail[: len(piece) * 16] + tail
        content = head + tail
    return content


def fuzz(budget, strategy, check):
    """Give `check` one case after the other until the time is over."""
    for number in budget.rounds():
        rules = settings(
            max_examples=budget.cases,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        seed(number)(rules(given(strategy)(check)))()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    shared = Path(os.environ.get("VST_SHARED", SHOT.parents[2] / "shared")).resolve()
    made = tmp_path_factory.mktemp("corpus")
    return seeds.corpus(made, shared if (shared / "data").is_dir() else None)


@pytest.mark.parametrize("name", FILES)
def test_a_file(name, corpus, child, budget, tmp_path):
    endings = FILES[name].endings
    fitting = [path for path in corpus if seeds.ending(path) in endings]
    assert fitting
    folder = tmp_path / "case"

    def check(case):
        chosen, edits = case
        folder.mkdir(exist_ok=True)
        path = folder / f"case{seeds.ending(chosen)}"
        path.write_bytes(edited(chosen.read_bytes(), edits))
        complaint = child.complaint(name, path)
        assert not complaint, f"{chosen} with {edits}, kept as {path}:\n{complaint}"

    edits = EDITS_OF_TEXT if set(endings) <= set(TEXT_FILES) else EDITS
    fuzz(budget, st.tuples(st.sampled_from(fitting), edits), check)


def texts(name):
    """Right texts with words in them, and words alone."""
    word = st.one_of(st.sampled_from(seeds.WORDS), st.text(max_size=6))
    right = st.sampled_from(seeds.TEXTS[name])

    def filled(text, places):
        for share, word, kept in places:
            place = int(share * len(text))
            text = text[:place] + word + text[place + (not kept) :]
        return text

    places = st.lists(st.tuples(SOMEWHERE, word, st.booleans()), min_size=1, max_size=3)
    odd = st.one_of(st.builds(filled, right, places), st.lists(word, max_size=4).map("".join))
    if name != "job":
        return odd
    setting = right.map(lambda text: text.partition("=")[0] + "=")
    return st.one_of(st.builds("{}{}".format, setting, odd), odd)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text(name, child, budget):
    def check(text):
        complaint = child.complaint(name, text)
        assert not complaint, f"{text!r}:\n{complaint}"

    fuzz(budget, texts(name), check)
