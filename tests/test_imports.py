from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import termios
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCREEN = {"textual", "rich", "plotext", "distributed"}

# Whatever ends the program (click always raises SystemExit), the last line tells what it had loaded.
PROBE = """
import json, sys
before = set(sys.modules)
try:
    {code}
finally:
    print()
    print(json.dumps(sorted(set(sys.modules) - before)))
"""


def loaded(code: str, cwd: Path) -> set[str]:
    """The modules that the code loads in a fresh interpreter."""
    command, env = [sys.executable, "-c", PROBE.format(code=code)], {**os.environ, "XDG_STATE_HOME": str(cwd)}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def packages(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


def run_tuinet(*arguments: str) -> str:
    return f"sys.argv = {['tuinet', *arguments]!r}; from tuinet.__main__ import main; sys.exit(main())"


@pytest.mark.parametrize(
    "code",
    [
        "import tuinet",
        "import tuinet.experiment.experiment, tuinet.data, tuinet.session",
        "import tuinet.__main__, tuinet.cli.main",
        run_tuinet("--help"),
        run_tuinet("--version"),
        run_tuinet("train", "--dataset", "xor", "--epochs", "5", "--json"),
        run_tuinet("compare", "--epochs", "5", "--json"),
        run_tuinet("runs"),
        run_tuinet("manual", "map"),
        run_tuinet("runs", "discard", "--all", "--yes"),
        run_tuinet("predict", "tuinet --dataset xor --at 5", "0", "1"),
    ],
)
def test_what_needs_no_screen_loads_none(code: str, tmp_path: Path) -> None:
    modules = packages(loaded(code, tmp_path))
    assert "tuinet" in modules
    assert not modules & SCREEN


FIRST_FRAME = """
import json, os, sys
import tuinet.tui.launch
from tuinet.__main__ import main
from tuinet.tui.app import TuinetApp

def stop(app):
    modules = dict(sys.modules)
    values = [value for name in modules if name.startswith("tuinet.") for value in vars(modules[name]).values()]
    ours = [value for value in values if isinstance(value, type) and value.__module__.startswith("tuinet.")]
    kinds = {kind for kind in ours if "__dataclass_params__" in vars(kind)}
    with open(FOUND, "w") as file:
        json.dump([sorted(modules), sorted(kind.__qualname__ for kind in kinds)], file)
    os._exit(0)

def no_themes():
    raise AssertionError("the other themes are for later")

TuinetApp.on_ready = stop
tuinet.tui.launch.load_themes = no_themes
sys.argv = ["tuinet", "--no-config"]
main()
"""
"""Writes what is loaded, and which dataclasses are made, when `tuinet` has drawn its first frame, and ends at once."""
LATER = (
    "plotext",
    "importlib.metadata",
    "zipfile",
    "csv",
    "multiprocessing",
    "click.shell_completion",
    "tuinet.compare",
    *(f"tuinet.cli.{name}" for name in ("completion", "doctor", "findings", "train")),
    "tuinet.explain",
    "tuinet.export",
    "tuinet.experiment.changes",
    "tuinet.lessons",
    "tuinet.manual",
    "tuinet.tui.manual",
    "textual.widgets._markdown",
    "markdown_it",
    "tuinet.nn.gradient_check",
    "tuinet.remedies",
    "tuinet.replay",
    *(f"tuinet.beside.{name}" for name in ("process", "rates", "throttled")),
    "tuinet.classroom",
    "tuinet.session.predictor",
    "tuinet.session.rates",
    "tuinet.session.stacked",
    "tuinet.share.edits",
    "tuinet.share.reading",
    "tuinet.storage.known_runs",
    "tuinet.storage.session_file",
    *(f"tuinet.observe.{name}" for name in ("answer", "classroom", "gallery", "gradients", "hidden", "map")),
    *(f"tuinet.observe.{name}" for name in ("rates", "step", "step_snapshot")),
    "tuinet.tui.draw.tiles",
    *(f"tuinet.tui.terminal.{name}" for name in ("colourless", "kitty", "pictures")),
    *(f"tuinet.tui.{name}" for name in ("panels.map.fits", "saving")),
    "tuinet.tui.configured_keys",
    "tuinet.tui.palette",
    *(f"tuinet.tui.screens.{name}" for name in ("check", "help", "microscope", "prompt", "rates", "settings", "share")),
    "tuinet.tui.screens.scrolling",
    *(f"tuinet.tui.panels.{name}" for name in ("ask", "confusion", "flow", "hidden", "samples", "starts")),
    "tuinet.tui.panels.landscape",
    "tuinet.tui.panels.lesson",
    "tuinet.tui.panels.weights",
)
MOST_MODULES = 158
"""Of our own: each takes some tenths of a millisecond. What a first screen does without belongs to `LATER`."""
MOST_DATACLASSES = 43
"""Of our own: what each does is compiled when it is made, which takes as long again. A value that keeps and checks
nothing, and is of no base class, is a NamedTuple, and is made in a fifth of the time; what few look at is in a module
that is loaded then."""


def first_frame(tmp_path: Path) -> tuple[set[str], set[str]]:
    """The modules and the dataclasses of ours that there are when the first frame has been drawn in a terminal."""
    found = tmp_path / "found.json"
    command = [sys.executable, "-c", FIRST_FRAME.replace("FOUND", repr(str(found)))]
    env = {**os.environ, "XDG_STATE_HOME": str(tmp_path), "TERM": "xterm-256color"}
    terminal, side = os.openpty()
    try:
        termios.tcsetwinsize(terminal, (24, 80))
        done = subprocess.run(command, cwd=ROOT, env=env, stdin=side, stdout=side, stderr=side, timeout=60, check=False)
        assert done.returncode == 0, os.read(terminal, 100_000).decode()
    finally:
        os.close(terminal)
        os.close(side)
    modules, kinds = json.loads(found.read_text(encoding="utf-8"))
    return set(modules), set(kinds)


def test_the_first_frame_of_the_dashboard_waits_for_nothing_that_it_does_not_show(tmp_path: Path) -> None:
    modules, dataclasses = first_frame(tmp_path)
    assert "tuinet.tui.panels.loss" in modules
    assert not modules & set(LATER)
    assert sum(name.partition(".")[0] == "tuinet" for name in modules) <= MOST_MODULES
    assert "Snapshot" in dataclasses
    assert len(dataclasses) <= MOST_DATACLASSES


def test_nn_stands_on_numpy_alone(tmp_path: Path) -> None:
    everything = [f"tuinet.nn.{path.stem}" for path in (ROOT / "tuinet" / "nn").glob("[!_]*.py")]
    modules = loaded(f"import {', '.join(everything)}", tmp_path)
    numpy_brings = loaded("import numpy.random", tmp_path)  # Cython's runtime, among others
    foreign = packages(modules - numpy_brings) - set(sys.stdlib_module_names) - {"tuinet"}
    own = {name for name in modules if name.startswith("tuinet.")}
    assert foreign <= {"numpy"}
    assert own >= set(everything)
    assert all(name.startswith("tuinet.nn") for name in own - {"tuinet.errors"}), sorted(own)


def imports() -> dict[str, set[str]]:
    """What each module of the package imports of it, at any time, what is only for types included."""
    paths = {path: path.relative_to(ROOT).with_suffix("") for path in (ROOT / "tuinet").rglob("*.py")}
    names = {path: ".".join(part for part in parts.parts if part != "__init__") for path, parts in paths.items()}
    modules = set(names.values())
    found: dict[str, set[str]] = {}
    for path, name in names.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
        wanted = {one for node in nodes for one in (f"{node.module}.{alias.name}" for alias in node.names)}
        wanted = {one if one in modules else one.rpartition(".")[0] for one in wanted}
        found[name] = (wanted & modules) - {name, "tuinet"}
    return found


def test_no_modules_import_one_another_in_a_circle() -> None:
    TopologicalSorter(imports()).prepare()
