"""Which modules of tests belong to a line: those that run it where that has been measured, else those near its file."""

from __future__ import annotations

import ast
import importlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from fault_drawing import PACKAGE

TESTS = "tests"
_FAR = 99
"""Steps of a module that imports none of it: it runs the program."""


class Choice:
    """Chooses modules of tests for a line of a file.

    Parameters
    ----------
    root
        The tree.
    measured
        What the tests reach, if that is known.
    most
        How many modules at most.
    seconds
        How long they may take together, by what they took when they were measured; the first always counts.
    """

    def __init__(self, root: Path, measured: Measured | None, most: int, seconds: float) -> None:
        self._root, self._measured, self._most, self._seconds = root, measured, most, seconds

    def modules(self, file: str, row: int) -> list[str]:
        """Those that a fault of this line ought to fail, the nearest first."""
        steps = {**self._imports.steps_to(file), **dict.fromkeys(mirrors(self._root, file), 0)}
        near = [module for module in self._running(file, row) or steps if (self._root / module).exists()]
        return self._within_time(sorted(near, key=lambda module: self._order(file, module, steps)))

    def _running(self, file: str, row: int) -> frozenset[str]:
        """Those that are known to run the line; none where nothing is known."""
        if self._measured is None:
            return frozenset()
        inside = rows_in_functions((self._root / file).read_text(encoding="utf-8"))
        return self._measured.modules(file, {row} if row in inside else inside)

    def _order(self, file: str, module: str, steps: Mapping[str, int]) -> tuple[int, float, str]:
        """Few imports away first, where another package counts as one; of these the quick ones."""
        away = steps.get(module, _FAR)
        if away and module.split("/")[1] != file.split("/")[1]:
            away += 1
        return away, self._size(module), module

    def _size(self, module: str) -> float:
        """Its seconds where they are known, else the length of its text: short ones first."""
        known = self._measured.seconds.get(module) if self._measured else None
        return (self._root / module).stat().st_size if known is None else known

    def _within_time(self, ranked: Iterable[str]) -> list[str]:
        seconds = self._measured.seconds if self._measured else {}
        chosen: list[str] = []
        spent = 0.0
        for module in ranked:
            took = seconds.get(module, 0.0)
            if len(chosen) < self._most and (not chosen or spent + took <= self._seconds):
                chosen.append(module)
                spent += took
        return chosen

    @cached_property
    def _imports(self) -> Imports:
        return Imports(self._root)


class Measured:
    """What `scripts/coverage` has left: the modules of tests that run a line, and the seconds that each took.

    Parameters
    ----------
    data
        The file of coverage; the times are in times.xml beside it.
    """

    def __init__(self, data: Path) -> None:
        # Coverage is there only where somebody has measured.
        coverage: Any = importlib.import_module("coverage")
        self._data = coverage.CoverageData(str(data))
        self._data.read()
        # Measured in one tree, it is read in a copy or another checkout of the same files.
        self._paths = {f"{PACKAGE}/{path.rpartition(f'/{PACKAGE}/')[2]}": path for path in self._data.measured_files()}
        self._lines: dict[str, dict[int, frozenset[str]]] = {}
        self.seconds = seconds_of(data.with_name("times.xml"))

    def reached(self, file: str) -> frozenset[int]:
        return frozenset(self._contexts(file))

    def modules(self, file: str, rows: Set[int]) -> frozenset[str]:
        """Those that run any of the lines."""
        contexts = self._contexts(file)
        return frozenset().union(*(contexts.get(row, frozenset()) for row in rows))

    def _contexts(self, file: str) -> dict[int, frozenset[str]]:
        if file not in self._lines:
            path = self._paths.get(file)
            lines = self._data.contexts_by_lineno(path) if path else {}
            # A process that is started by a process of a test has the name twice: "a|a".
            self._lines[file] = {
                row: frozenset(name.partition("|")[0] for name in names if name) for row, names in lines.items()
            }
        return self._lines[file]


def rows_in_functions(source: str) -> set[int]:
    """The lines that run when they are called; the others run once, for whichever test is the first to import them."""
    functions = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return {row for node in functions for row in range(node.body[0].lineno, (node.end_lineno or 0) + 1)}


def seconds_of(report: Path) -> dict[str, float]:
    """The seconds of each module of tests, of a report in the format of JUnit; nothing without one."""
    seconds: dict[str, float] = defaultdict(float)
    if report.exists():
        for case in ElementTree.parse(report).iter("testcase"):
            module = case.get("classname", "").replace(".", "/") + ".py"
            seconds[module] += float(case.get("time", 0))
    return dict(seconds)


def mirrors(root: Path, file: str) -> list[str]:
    """Modules of tests with the file's name: of tuinet/nn/losses.py, tests/nn/test_losses.py and its likes."""
    parts, stem = file.split("/"), Path(file).stem
    folder = root.joinpath(TESTS, *parts[1:2]) if len(parts) > 2 else root / TESTS
    names = [f"test_{stem}.py", f"test_{stem}_*.py", f"test_view_{stem}.py"]
    found = {path for name in names for path in folder.rglob(name)}
    if topic := stem.removesuffix("_command") if stem.endswith("_command") else "":
        found |= set((root / TESTS / topic).glob("test_command*.py"))
    return sorted(path.relative_to(root).as_posix() for path in found)


class Imports:
    """Who imports whom, in the package and its tests."""

    def __init__(self, root: Path) -> None:
        paths = [path for folder in (PACKAGE, TESTS) for path in sorted((root / folder).rglob("*.py"))]
        self._files = {module_of(path.relative_to(root)): path.relative_to(root).as_posix() for path in paths}
        self._importers: dict[str, set[str]] = defaultdict(set)
        for module, file in self._files.items():
            for name in imported((root / file).read_text(encoding="utf-8")) & self._files.keys():
                self._importers[name].add(module)

    def steps_to(self, file: str) -> dict[str, int]:
        """How many imports are between each module of tests and the file."""
        steps: dict[str, int] = {}
        front, count = {module_of(Path(file))}, 0
        seen = set(front)
        while front:
            count += 1
            front = {importer for module in front for importer in self._importers[module]} - seen
            seen |= front
            steps |= {self._files[module]: count for module in front if is_test(self._files[module])}
        return steps


def module_of(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_test(file: str) -> bool:
    return file.startswith(f"{TESTS}/") and Path(file).name.startswith("test_")


def imported(source: str) -> set[str]:
    """The names that a source imports, each of which may be a module."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names
