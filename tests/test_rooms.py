"""The shape of the house: rooms, doors, names, maps and circles."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from vst_core.toml_text import from_toml

ROOT = Path(__file__).resolve().parents[1]
TOPS = {"vst_core": ROOT / "vst_core", "vst_cli": ROOT / "cli"}
MOST_FILES, MAP_FROM = 24, 8


def modules():
    """Return dotted name -> file of every module and package."""
    found = {}
    for name, folder in TOPS.items():
        for path in folder.rglob("*.py"):
            parts = [name, *path.relative_to(folder).with_suffix("").parts]
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()
FOLDERS = sorted({path.parent for path in MODULES.values()})


def imported(name, path):
    """Return the modules that a module imports, late and for types too."""
    found = set()
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1])
            source = ".".join(filter(None, (base if node.level else "", node.module or "")))
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                found.add(inner if inner in MODULES else source)
    return (found & MODULES.keys()) - {name}


def circles(graph):
    """Return the modules that can be reached from themselves."""
    found = set()
    for start in graph:
        seen, ahead = set(), list(graph[start])
        while ahead:
            module = ahead.pop()
            if module not in seen:
                seen.add(module)
                ahead.extend(graph[module])
        if start in seen:
            found.add(start)
    return found


def test_no_module_imports_itself_by_way_of_others():
    assert circles({name: imported(name, path) for name, path in MODULES.items()}) == set()


def test_a_circle_would_be_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == {"b", "c"}


def test_no_public_class_has_the_name_of_another():
    places = defaultdict(list)
    for name, path in MODULES.items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_no_module_of_the_engine_has_the_name_of_another():
    places = defaultdict(list)
    for name, path in MODULES.items():
        if name.startswith("vst_core.") and path.stem != "__init__":
            places[path.stem].append(name)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_a_room_is_small_and_a_larger_one_has_a_map(folder):
    here = {path.stem for path in folder.glob("*.py")}
    files = here - {"__init__"}
    rooms = {f"{path.parent.name}/" for path in folder.glob("*/__init__.py")}
    assert len(here) <= MOST_FILES
    if len(files) < MAP_FROM or folder in TOPS.values():
        return
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    assert set(re.findall(r"^- `([\w/]+)`:", text or "", re.MULTILINE)) == files | rooms


def test_a_wheel_has_every_room():
    settings = from_toml((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {name for name, path in MODULES.items() if path.stem == "__init__"}
    assert set(settings["tool"]["setuptools"]["packages"]) == packages
    assert [folder for folder in FOLDERS if not (folder / "__init__.py").is_file()] == []


def test_the_check_runs_what_a_plain_pytest_leaves_out():
    settings = from_toml((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    left_out = re.search(r"-m 'not (\w+)'", settings["tool"]["pytest"]["ini_options"]["addopts"])
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert f"\npytest -q -m {left_out[1]}\n" in script
