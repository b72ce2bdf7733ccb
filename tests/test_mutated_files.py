"""Mutated files of every kind: each is loaded, or refused in a line, within bounded memory."""

from __future__ import annotations

import gzip
import io
import json
import shlex
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import click
import numpy as np
import pytest

from tests.lessons.factories import MINIMAL
from tests.mutations import mutated
from tests.replay.runs import edited_session
from tuinet import configuration
from tuinet.cli import main
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec
from tuinet.errors import TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.export.exporting import weights_json
from tuinet.lessons.claims import bundled_folder as bundled_lessons
from tuinet.lessons.reader import read_lesson
from tuinet.options import default_map
from tuinet.replay import recording_file
from tuinet.replay.player import RecordingPlayer
from tuinet.replay.recorder import record
from tuinet.session.session import Session
from tuinet.share.line import line_of
from tuinet.share.reading import read_shared
from tuinet.share.record import to_json
from tuinet.share.shared import share
from tuinet.storage import session_file
from tuinet.tui.configured_keys import make_keymap
from tuinet.tui.panels.lesson import markdown_lines
from tuinet.tui.style.theme import load_theme
from tuinet.tui.style.theme_file import bundled_folder as bundled_themes

SHORT: Final = 12
"""Files of each kind in the usual run."""
LONG: Final = 3_000
"""Files of all kinds in the long one."""
MOST_BYTES: Final = 400 * 2**20
"""That a small file may make the memory grow by."""
_TABLE: Final = b'a,"b",c\r\n1,2.5,yes\n3,5,no\n-4,1e3,yes\n2,7,no\n'
_CONFIGURATION: Final = b"""# mine
[defaults]
theme = "projector"
hidden = [8, 8]
learning-rate = 0.03
speed = "max"
paused = true

[keys]
quit = "ctrl+k"
"""


def npz(**arrays: Any) -> bytes:
    data = io.BytesIO()
    np.savez_compressed(data, **arrays)
    return data.getvalue()


def read_dataset(path: Path) -> None:
    dataset = load(DataSpec(str(path)))
    assert np.isfinite(dataset.X).all() and np.isfinite(dataset.y).all()
    assert all(name.isprintable() for name in (*dataset.feature_names, *dataset.class_names, *dataset.target_names))


def read_checkpoint(path: Path) -> None:
    session = Session.from_saved(session_file.read(path), str(path))
    assert session.snapshot().epoch == session.run.epoch


def read_recording(path: Path) -> None:
    player = RecordingPlayer(recording_file.read(path))
    assert player.snapshot(None).epoch >= 0


def read_configuration(path: Path) -> None:
    file = configuration.read(path, must_exist=True)
    default_map(main.cli, file)
    make_keymap(file)


def read_theme(path: Path) -> None:
    load_theme(path).to_textual()


def read_lesson_and_show(path: Path) -> None:
    theme = load_theme(bundled_themes() / "dark.toml")
    for step in read_lesson(path).steps:
        assert markdown_lines(step.text, theme, 40) is not None


def read_run(path: Path) -> None:
    shared = read_shared(str(path))
    assert read_shared(to_json(shared)) == shared
    assert read_shared(line_of(shared)) == shared


def read_points(path: Path) -> None:
    read_shared(f"tuinet --points {shlex.quote(path.read_bytes().decode('utf-8', 'surrogateescape'))}")


def read_weights(path: Path) -> None:
    assert Session(Experiment(weights=str(path))).run.is_finite


@dataclass(frozen=True)
class Kind:
    """A good file, and what reads it."""

    name: str
    content: Callable[[], bytes]
    read: Callable[[Path], None]


def checkpoint(folder: Path) -> bytes:
    session_file.write(folder / "good.npz", edited_session().save())
    return (folder / "good.npz").read_bytes()


def recording(folder: Path) -> bytes:
    recording_file.write(folder / "good.npz", record(edited_session()))
    return (folder / "good.npz").read_bytes()


def weights() -> tuple[bytes, bytes]:
    session = Session(Experiment())
    parameters = session.run.parameters
    arrays = {f"weights_{layer}": values for layer, values in enumerate(parameters.weights, start=1)}
    arrays |= {f"biases_{layer}": values for layer, values in enumerate(parameters.biases, start=1)}
    return weights_json(session).encode(), npz(**arrays)


POINTS: Final = json.dumps({"added": [[0.5, 0.25, 1], [1, 2, 0]], "removed": [1, 3], "cleared": False}).encode()
X: Final = np.arange(20.0).reshape(10, 2)


@cache
def run_files() -> tuple[bytes, bytes]:
    """A run as JSON and as a line; the same for a process, however often it is asked for."""
    shared = share(edited_session().trajectory())
    return to_json(shared).encode(), line_of(shared).encode()


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Kind]:
    folder = tmp_path_factory.mktemp("good")
    saved, recorded = checkpoint(folder), recording(folder)
    found = (
        Kind("table.csv", lambda: _TABLE, read_dataset),
        Kind("table.csv.gz", lambda: gzip.compress(_TABLE, mtime=0), read_dataset),
        Kind("spaces.txt", lambda: _TABLE.replace(b",", b" "), read_dataset),
        Kind("numbers.npz", lambda: npz(X=X, y=np.arange(10) % 2), read_dataset),
        Kind("texts.npz", lambda: npz(X=X, y=np.array(["a", "b"] * 5)), read_dataset),
        Kind("run.npz", lambda: saved, read_checkpoint),
        Kind("recording.npz", lambda: recorded, read_recording),
        Kind("config.toml", lambda: _CONFIGURATION, read_configuration),
        Kind("theme.toml", (bundled_themes() / "dark.toml").read_bytes, read_theme),
        Kind("small.md", MINIMAL.encode, read_lesson_and_show),
        Kind("lesson.md", (bundled_lessons() / "08-dead-relus.md").read_bytes, read_lesson_and_show),
        Kind("run.json", lambda: run_files()[0], read_run),
        Kind("line.txt", lambda: run_files()[1], read_run),
        Kind("points.json", lambda: POINTS, read_points),
        Kind("weights.json", lambda: weights()[0], read_weights),
        Kind("weights.npz", lambda: weights()[1], read_weights),
    )
    return {kind.name: kind for kind in found}


NAMES: Final = (
    *("table.csv", "table.csv.gz", "spaces.txt", "numbers.npz", "texts.npz", "run.npz", "recording.npz"),
    *("config.toml", "theme.toml", "small.md", "lesson.md", "run.json", "line.txt", "points.json"),
    *("weights.json", "weights.npz"),
)


class Memory:
    """The most memory that this process has had since it was asked last; 0 where the system does not tell."""

    _STATUS: Final = Path("/proc/self/status")

    def begin(self) -> None:
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._before = self._read("VmRSS")

    def grown(self) -> int:
        return max(0, self._read("VmHWM") - self._before)

    def _read(self, name: str) -> int:
        if not self._STATUS.exists():
            return 0
        lines = self._STATUS.read_text(encoding="ascii", errors="replace").splitlines()
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name)), 0)


@dataclass
class Outcome:
    """What came of a file."""

    is_loaded: bool
    bytes: int
    seconds: float


def outcome_of(kind: Kind, seed: int | None, folder: Path) -> Outcome:
    """What comes of a mutated file, or without a seed of the file as it is; all but a load or a refusal is raised."""
    path = folder / kind.name
    path.write_bytes(kind.content() if seed is None else mutated(kind.content(), seed))
    memory, start, is_loaded = Memory(), time.perf_counter(), True
    memory.begin()
    try:
        kind.read(path)
    except (TuinetError, click.ClickException) as error:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        assert message.strip(), f"{kind.name}, seed {seed}"
        is_loaded = False
    except BaseException as error:
        error.add_note(f"{kind.name}, seed {seed}")
        raise
    grown = memory.grown()
    assert grown < MOST_BYTES, f"{kind.name}, seed {seed}: {grown:,} bytes"
    return Outcome(is_loaded, grown, time.perf_counter() - start)


def test_all_kinds_are_here(kinds: dict[str, Kind], tmp_path: Path) -> None:
    assert tuple(kinds) == NAMES
    for kind in kinds.values():
        (tmp_path / kind.name).write_bytes(kind.content())
        kind.read(tmp_path / kind.name)


def test_a_seed_decides_what_becomes_of_a_file(kinds: dict[str, Kind]) -> None:
    for kind in kinds.values():
        content = kind.content()
        copies = [mutated(content, seed) for seed in range(8)]
        assert copies == [mutated(content, seed) for seed in range(8)]
        assert len(set(copies)) > 5


@pytest.mark.parametrize("name", NAMES)
def test_mutated_files(name: str, kinds: dict[str, Kind], tmp_path: Path) -> None:
    outcomes = [outcome_of(kinds[name], seed, tmp_path) for seed in range(SHORT)]
    assert any(not outcome.is_loaded for outcome in outcomes)


BOMBS: Final[dict[str, tuple[str, bytes]]] = {
    "digits": ("config.toml", b"[defaults]\nseed = " + b"9" * 5_000),
    "hexadecimal digits": ("config.toml", b"[defaults]\nseed = 0x" + b"f" * 5_000),
    "a number beyond all floats": ("config.toml", b"[defaults]\nlearning-rate = " + b"9" * 390),
    "tables in tables": ("config.toml", b"a = " + b"{a=" * 20_000),
    "a long key": ("config.toml", b"[" + b"a." * 100_000 + b"a]"),
    "blanks in a heading": ("config.toml", b"[defaults]\ntheme = '''\n[" + b" " * 200_000 + b"'''\nno-such = 1"),
    "lists in lists": ("theme.toml", b"name = " + b"[" * 30_000),
    "digits in a lesson": ("small.md", MINIMAL.replace("+++\n", "+++\nminutes = " + "9" * 5_000 + "\n", 1).encode()),
    "lists in a lesson": ("small.md", MINIMAL.replace('"--dataset xor"', "[" * 50_000).encode()),
    "emphasis without end": ("small.md", MINIMAL.encode() + b"*a " * 50_000),
    "code without end": ("small.md", MINIMAL.encode() + b"`a **a ``" * 10_000 + b"``"),
    "brackets in a condition": ("small.md", MINIMAL.replace('xor"', 'xor"\nwait = "' + "(" * 200 + '"').encode()),
    "a number in a run": ("run.json", b'{"experiment": {"learning_rate": ' + b"9" * 399 + b"}}"),
    "a float in a run": ("run.json", b'{"experiment": {"learning_rate": 1e999}}'),
    "a number in an edit": (
        "run.json",
        rb'{"edits": ["@1 {\"command\": \"SetLearningRate\", \"value\": ' + b"9" * 399 + b'}"]}',
    ),
    "a key twice": ("run.json", b'{"speed": 1, "speed": 2}'),
    "a long word": ("run.json", b'{"edits": ["@1 ' + b"a" * 4_000_000 + b'"]}'),
    "a long line": ("line.txt", b"tuinet --edit '@1 " + b"a" * 4_000_000 + b"'"),
    "blanks behind a prompt": ("line.txt", b"$" + b" " * 1_000_000 + b"x"),
    "lists in points": ("points.json", b'{"added": ' + b"[" * 50_000),
    "a number in points": ("points.json", b'{"added": [[' + b"9" * 399 + b", 1, 0]]}"),
    "lists in weights": ("weights.json", b'{"weights": ' + b"[[]," * 1_000_000),
    "a number in weights": (
        "weights.json",
        b'{"weights": [[[' + b"9" * 399 + b', 1], [1, 1]], [[1], [1]]], "biases": [[1, 1], [1]]}',
    ),
    "zeros in gzip": ("table.csv.gz", gzip.compress(b"1," * 40_000_000, 1, mtime=0)),
}


@pytest.mark.parametrize("what", BOMBS)
def test_bombs(what: str, kinds: dict[str, Kind], tmp_path: Path) -> None:
    name, content = BOMBS[what]
    outcome = outcome_of(replace(kinds[name], content=lambda: content), None, tmp_path)
    assert outcome.is_loaded == what.endswith("without end")


@pytest.mark.long
def test_thousands_of_mutated_files(kinds: dict[str, Kind], tmp_path: Path) -> None:
    total, peak, slowest = 0, (0, ""), (0.0, "")
    for index, name in enumerate(NAMES, start=1):
        loaded, count = 0, -(-LONG // len(NAMES))
        for seed in range(1_000 * index, 1_000 * index + count):
            outcome = outcome_of(kinds[name], seed, tmp_path)
            loaded += outcome.is_loaded
            peak = max(peak, (outcome.bytes, f"{name}, seed {seed}"))
            slowest = max(slowest, (outcome.seconds, f"{name}, seed {seed}"))
        total += count
        print(f"{name:<14} {count:>5} files, {loaded:>4} loaded, {count - loaded:>4} refused")
    print(f"{total:,} files; peak {peak[0] / 2**20:,.0f} MB ({peak[1]}); slowest {slowest[0]:.2f} s ({slowest[1]})")
    assert total >= LONG
