"""What every host gets a copy of: the standard library alone, and an old Python's grammar."""

import ast
import sys
from pathlib import Path

import pytest

from vst_core import hosts

SOURCES = sorted(Path(hosts.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_it_parses_on_python_3_9_and_imports_the_standard_library_only(path):
    tree = ast.parse(path.read_text(), feature_version=(3, 9))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        else:
            continue
        assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_nothing_newer_than_python_3_9_is_called(path):
    """`zip(strict=)`, `dataclass(kw_only=, slots=)` and `X | Y` outside annotations came later."""
    tree = ast.parse(path.read_text())
    newer = {"strict", "kw_only", "slots"}
    for node in ast.walk(tree):
        called = isinstance(node, ast.Call) and getattr(node.func, "id", "")
        if called in ("zip", "dataclass"):
            assert not {keyword.arg for keyword in node.keywords} & newer
        if isinstance(node, ast.Assign):
            assert not isinstance(node.value, ast.BinOp) or not isinstance(node.value.op, ast.BitOr)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_its_license_travels_with_it(path):
    assert path.read_text().startswith("# SPDX-License-Identifier: Apache-2.0")
