"""A thousand damaged checkpoints: each is refused in one line that names the file, or loaded as what it says."""

from __future__ import annotations

import io
import json
import random
import struct
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from numpy.lib import format as npy

from tuinet.cli import main, train
from tuinet.experiment.experiment import Experiment
from tuinet.session.commands import Back, Reinitialize, SwapBranch
from tuinet.session.edits import AddPoint, Configure, RemovePoint, SetOptimizer, SetParameter
from tuinet.session.session import Session
from tuinet.storage import session_file
from tuinet.storage.keeping import Keeper, run_store
from tuinet.tui import launch

MOST_BYTES: Final = 48 * 2**20
"""That reading a small file may allocate, whatever it promises."""
MOST_DATA: Final = 2 * 256 * 2**20
"""Twice what an array may hold, since it is put together from pieces."""
NUMBERS: Final[tuple[Any, ...]] = (-1, 0.5, True, 2**70, float("nan"), float("inf"))
ANYTHING: Final[tuple[Any, ...]] = (None, "x", "", "\n\x1b[2J", [], {}, [[]], [-1, -1], *NUMBERS)
OPTIONAL: Final = ("experiment", "grads_are_stale", "changed_at", "grad_norms")
"""What files have lacked: a setting that is missing has its default."""
Arrays = dict[str, Any]


def travelled() -> Session:
    """A session with branches of two Experiments, edits of all kinds and keyframes, in the middle of a step."""
    session = Session(Experiment(dataset="moons", samples=30, hidden=(3,), batch_size=7, optimizer="adam", dropout=0.2))
    session.advance(3)
    session.edit(SetParameter(1, 0, 1, 0.75))
    session.advance(2)
    session.edit(SetOptimizer("nadam", 0.01))
    session.edit(AddPoint((0.25, 0.5), 1.0))
    session.edit(RemovePoint(3))
    session.advance(2)
    session.edit(Back("epoch"))
    session.edit(Back("epoch"))
    session.edit(Configure((("batch_size", 5), ("l2", 0.001))))
    session.advance(4)
    session.edit(Reinitialize(9))
    session.edit(Configure.of(activation=("relu",)))
    session.advance(2)
    session.edit(SwapBranch())
    session.step("phase")
    session.step("phase")
    session.edit(SetParameter(2, None, 0, -0.5))
    session.edit(Configure.of(learning_rate=0.02))
    session.step("phase")
    return session


@cache
def good(compressed: bool = True) -> bytes:
    arrays = session_file._arrays(travelled().save())
    return npz(arrays, compressed)


def npz(arrays: Mapping[str, Any], compressed: bool = False) -> bytes:
    data = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(data, **arrays)
    return data.getvalue()


@cache
def good_arrays() -> Arrays:
    with np.load(io.BytesIO(good())) as archive:
        return dict(archive)


def good_header() -> Any:
    return json.loads(good_arrays()["header"].tobytes())


def with_header(header: object) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return npz({**good_arrays(), "header": np.frombuffer(text, np.uint8)})


@dataclass(frozen=True)
class Damage:
    """A damaged file, and what was done to it."""

    what: str
    content: bytes


def flips(count: int) -> Iterator[Damage]:
    """Bits anywhere: in compressed streams and plain ones, in the archive's directory and in its headers."""
    for seed in range(count):
        generator = random.Random(seed)
        data = bytearray(good(compressed=seed % 2 == 0))
        places = structure(bytes(data)) if seed % 3 == 0 else range(len(data))
        for _ in range(generator.choice((1, 1, 1, 2, 8))):
            data[generator.choice(places)] ^= 1 << generator.randrange(8)
        yield Damage(f"flip {seed}", bytes(data))


def replaced_bytes(count: int) -> Iterator[Damage]:
    for seed in range(count):
        generator, data = random.Random(seed), bytearray(good(compressed=seed % 2 == 0))
        start, length = generator.randrange(len(data)), generator.choice((1, 4, 64, 4096))
        kind = generator.randrange(3)
        data[start : start + length] = generator.randbytes(length) if kind else bytes(length)
        if kind == 2:
            del data[start : start + length // 2 + 1]
        yield Damage(f"replaced {seed}", bytes(data))


@cache
def structure(data: bytes) -> list[int]:
    """The bytes of an archive that are none of its arrays: local headers, directory, and the record at the end."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        starts = [info.header_offset for info in archive.infolist()]
        headers = [place for start in starts for place in range(start, start + 60)]
        return [*headers, *range(archive.start_dir, len(data))]


def truncations() -> Iterator[Damage]:
    """At the edges of every part, within it, and a little before the end."""
    for compressed in (True, False):
        data = good(compressed)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            starts = [info.header_offset for info in archive.infolist()] + [archive.start_dir]
        parts = [start + more for start in starts for more in (0, 1, 10, 30, 45, 80, 200)]
        ends = [len(data) - less for less in (1, 2, 3, 21, 22, 23, 60)]
        for place in sorted({*parts, *ends, 1, 2, 3, 4}):
            yield Damage(f"cut at {place} of {len(data)}", data[:place])
    yield Damage("cut at the front", good()[1:])
    yield Damage("more behind", good() + b"\0" * 70_000)
    yield Damage("twice", good() + good())


def wrong_values(count: int) -> Iterator[Damage]:
    """Another kind of value at each place of the header, in turn."""
    generator = random.Random(0)
    places = [(path, value) for path in paths(good_header()) for value in ANYTHING]
    # Of the many keyframes a few are enough; what occurs once is always there.
    rare = [place for place in places if len(place[0]) <= 3]
    rest = [place for place in places if len(place[0]) > 3]
    yield from islice(
        (
            Damage(f"{'/'.join(map(str, path))} = {value!r}", with_header(put(good_header(), path, value)))
            for path, value in generator.sample(rare, len(rare)) + generator.sample(rest, len(rest))
        ),
        count,
    )


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from paths(child, (*path, key))


def put(value: Any, path: tuple[Any, ...], new: object) -> Any:
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return value


def missing_and_more() -> Iterator[Damage]:
    arrays, header = good_arrays(), good_header()
    for name in arrays:
        yield Damage(f"no {name}", npz({key: array for key, array in arrays.items() if key != name}))
    for path in paths(header):
        is_needed = not any(name in path[2:4] and len(path) > 3 for name in OPTIONAL)
        if len(path) <= 4 and is_needed and isinstance(path[-1], str) and (len(path) < 2 or path[1] in (0, 1)):
            yield Damage(f"no {'/'.join(map(str, path))}", with_header(without(good_header(), path)))
    for path in ((), ("tables", 0), ("tables", 0, "experiment"), ("branches", 0), ("tables", 0, "states", 0)):
        yield Damage(f"more in {path}", with_header(put(good_header(), (*path, "more"), 1)))
    yield Damage("an array more", npz({**arrays, "more": np.ones(3)}))
    yield Damage("an object more", npz({**arrays, "more": np.array([{}, None], object)}))
    yield Damage("a path out", packed({**plain(arrays), "../../out.npy": b"x"}))
    for text in (b"", b"{", b"[]", b"3", b"null", b"\xff", b"[" * 10_000, b'{"format": "tuinet checkpoint"}'):
        yield Damage(f"header {text[:40]!r}", with_header(text))


def without(value: Any, path: tuple[Any, ...]) -> Any:
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return value


def strange_references() -> Iterator[Damage]:
    """Each of the right kind, and none that can be."""
    changes: dict[str, tuple[tuple[Any, ...], object]] = {
        "a branch that is not": (("active",), 99),
        "a branch before the first": (("active",), -1),
        "a table that is not": (("present",), [9, 0]),
        "a row that is not": (("present",), [0, 10_000]),
        "a row from the end": (("present",), [0, -1]),
        "the present on another branch": (("active",), 2),
        "a keyframe that is not": (("branches", 0, "keyframes", 0, 2), [0, 999]),
        "a keyframe of another table": (("branches", 0, "keyframes", 0, 2), [1, 0]),
        "a keyframe before the start": (("branches", 0, "keyframes", 0, 0), [-1, 0]),
        "a tip in the past": (("branches", 0, "tip"), [0, 0]),
        "a tip far away": (("branches", 0, "tip"), [2**52, 0]),
        "edits that were not made": (("branches", 0, "keyframes", 0, 1), 99),
        "no branches": (("branches",), []),
        "no stride": (("branches", 0, "stride"), 0),
        "a clock that stands": (("branches", 0, "clocks", 0, 2, 0), 0),
        "no keyframes": (("branches", 0, "keyframes"), []),
        "no states": (("tables", 0, "states"), []),
        "phases beyond the step": (("tables", 0, "states", 0, "phases"), 99),
        "steps beyond the history": (("tables", 0, "states", 0, "step_count"), 10**9),
        "negative steps": (("tables", 0, "states", 0, "step_count"), -5),
        "an epoch that starts later": (("tables", 0, "states", 0, "epoch_start"), [10**6, 0]),
        "another digest": (("tables", 0, "data_digest"), "0" * 64),
        "another optimizer": (("tables", 0, "experiment", "optimizer"), "sgd"),
        "other slots": (("tables", 0, "slots"), ["m"]),
        "a learning rate that is none": (("tables", 0, "experiment", "learning_rate"), float("nan")),
        "a negative learning rate": (("tables", 0, "experiment", "learning_rate"), -0.1),
        "too large a network": (("tables", 0, "experiment", "hidden"), [4096] * 10),
        "a larger network": (("tables", 0, "experiment", "hidden"), [2000, 2000]),
        "another network": (("tables", 0, "experiment", "hidden"), [4]),
        "very many samples": (("tables", 0, "experiment", "samples"), 10**12),
        "many samples": (("tables", 0, "experiment", "samples"), 10**6),
        "a file in place of the data": (("tables", 0, "experiment", "dataset"), "/dev/zero"),
        "a folder in place of the data": (("tables", 0, "experiment", "dataset"), "/"),
        "weights from a file that is not": (("tables", 0, "experiment", "weights"), "/nowhere.npz"),
        "a command that is not": (("branches", 1, "edits", 0, "command"), "Quit"),
        "an edit beyond the network": (("tables", 0, "states", 0, "edits"), [{"phase": 0, "command": "x"}]),
        "no generator": (("tables", 0, "states", 0, "generators"), {}),
        "version 3": (("version",), 3),
        "version 1": (("version",), 1),
        "version true": (("version",), True),
        "version 2.0": (("version",), 2.0),
        "another format": (("format",), "checkpoint"),
    }
    for what, (path, value) in changes.items():
        yield Damage(what, with_header(put(good_header(), path, value)))


def strange_arrays() -> Iterator[Damage]:
    arrays = good_arrays()
    for name in ("header", "t0_parameters", "t0_order", "t0_slot_m", "t0_history_losses", "t0_history_stride"):
        if name not in arrays:
            continue
        array = arrays[name]
        for what, other in {
            "objects": np.array([{"a": 1}] * 3, object),
            "texts": array.astype("U8"),
            "complex": array.astype(complex),
            "booleans": array.astype(bool),
            "float16": array.astype(np.float16),
            "float32": array.astype(np.float32),
            "other bytes": array.astype(array.dtype.newbyteorder(">")),
            "whole": array.astype(np.int64),
            "negative": -array.astype(np.int64) - 1,
            "dates": array.astype(np.int64).astype("M8[s]"),
            "fields": np.zeros(len(array), [("a", "f8"), ("b", "i4")]),
            "nothing": array[:0],
            "a row more": np.concatenate([array, array[:1]]),
            "a row less": array[:-1],
            "flat": array.reshape(-1),
            "a number": np.array(1.0),
            "deep": array.reshape(array.shape + (1,) * 20),
        }.items():
            yield Damage(f"{name}: {what}", npz({**arrays, name: other}))
        yield Damage(f"{name}: columns", npz({**arrays, name: np.asfortranarray(array)}))


def plain(arrays: Mapping[str, Any]) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(npz(arrays))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def npy_header(text: str, version: tuple[int, int] = (1, 0)) -> bytes:
    encoded = text.encode("latin-1") + b"\n"
    size = struct.pack("<H" if version == (1, 0) else "<I", len(encoded))
    return npy.magic(*version) + size + encoded


def hostile() -> Iterator[Damage]:
    """What promises far more than there is, or is far more than it seems."""
    members = plain(good_arrays())
    for name in ("header.npy", "t0_parameters.npy", "t0_order.npy", "t0_history_losses.npy"):
        for shape in ("(10**12,)", "(1000000000000,)", "(3, 1000000000000)", "(-1,)", "(-5, -7)", "(0, 99999999999)",
                      "(2, 2**62, 8)", "(4611686018427387904, 4)", "('a',)", "(1.5,)", "()", "(True, True)",
                      "(" + "1, " * 200 + ")"):  # fmt: skip
            text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}"
            for version in ((1, 0), (2, 0), (3, 0)):
                content = npy_header(text, version) + b"\0" * 64
                yield Damage(f"{name}: shape {shape[:40]} {version}", packed({**members, name: content}))
        for text in ("{'descr': '|O', 'fortran_order': False, 'shape': (3,), }", "__import__('os').abort()", "{}", "",
                     "{'descr': '<U100000000', 'fortran_order': False, 'shape': (1,), }", "(" * 5000,
                     "{'descr': '|V1000000000', 'fortran_order': False, 'shape': (9,), }",
                     "{'descr': [('a', '<f8', (1000000, 1000000))], 'fortran_order': False, 'shape': (1,), }",
                     "{'descr': '<f8', 'fortran_order': 3, 'shape': (1,), }"):  # fmt: skip
            yield Damage(f"{name}: {text[:50]}", packed({**members, name: npy_header(text) + b"\0" * 64}))
        bomb = npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': (200000000,), }") + bytes(200_000_000)
        yield Damage(f"{name}: a bomb of bytes", packed({**members, name: bomb}))
        bomb = npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 25000000), }") + bytes(200_000_000)
        yield Damage(f"{name}: a bomb of numbers", packed({**members, name: bomb}))
    yield Damage("a bomb beside", packed({**members, "more.npy": bytes(300_000_000)}))
    yield Damage("many members", packed({**members, **{f"m{number}.npy": b"x" for number in range(2000)}}))
    yield Damage("bzip2", packed(members, zipfile.ZIP_BZIP2))
    yield Damage("lzma", packed(members, zipfile.ZIP_LZMA))
    yield from lies()


def lies() -> Iterator[Damage]:
    """Directories that say other sizes than there are."""
    data = good(compressed=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.start_dir
    for field, width in ((20, 4), (24, 4), (42, 4), (8, 2), (10, 2)):
        for value in (0, 1, 2**31, 2**32 - 1):
            changed = bytearray(data)
            changed[start + field : start + field + width] = (value % 2 ** (8 * width)).to_bytes(width, "little")
            yield Damage(f"directory {field} = {value}", bytes(changed))


class LoadedError(BaseException):
    """The file was taken."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session


class Loader:
    """Has the command line read files, up to where the training or the dashboard would begin."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._path, self._capsys, self._monkeypatch = folder / "damaged.npz", capsys, monkeypatch
        monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
        monkeypatch.setattr(train, "train", taken)
        monkeypatch.setattr(launch, "launch", taken)
        monkeypatch.setattr(main, "require_terminal", lambda: None)
        self._run = run_store().folder / "run-20260101-000000-1-abcdef.npz"
        self._run.parent.mkdir(parents=True)

    def load(self, content: bytes) -> Session | str:
        self._path.write_bytes(content)
        return self._main(["train", "--load", str(self._path)], self._path)

    def resume(self, content: bytes) -> Session | str:
        self._run.write_bytes(content)
        return self._main(["--resume"], self._run)

    def _main(self, arguments: list[str], path: Path) -> Session | str:
        self._monkeypatch.setattr(sys, "argv", ["tuinet", *arguments])
        # A file that could be loaded has been described.
        self._capsys.readouterr()
        try:
            main.main()
        except LoadedError as loaded:
            # What the data are is said before the training begins.
            self._capsys.readouterr()
            return loaded.session
        except SystemExit as exit_request:
            said = self._capsys.readouterr()
            assert exit_request.code == 2 and said.out == "", said
            assert said.err.startswith("tuinet: ") and said.err.count("\n") == 1 and said.err.endswith("\n"), said
            assert said.err[:-1].isprintable() and len(said.err) < len(str(path)) + 400, said
            assert str(path) in said.err and said.err.split(str(path), 1)[1].strip(": \n"), said
            return said.err


def taken(session: Session, *_: object, keeper: Keeper | None = None, **__: object) -> None:
    if keeper is not None:
        keeper.leave(None)
    raise LoadedError(session)


@pytest.fixture
def loader(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Loader:
    return Loader(tmp_path, capsys, monkeypatch)


def contents(session: Session) -> dict[str, Any]:
    """Everything that a file of the session would hold."""
    arrays = session_file._arrays(session.save())
    header = json.loads(arrays.pop("header").tobytes())
    return described(header, arrays)


def numbers(value: Any) -> Any:
    """A header in which true is 1, as it is for whoever reads it as a number."""
    if isinstance(value, dict):
        return {key: numbers(child) for key, child in value.items()}
    if isinstance(value, list):
        return [numbers(child) for child in value]
    return int(value) if isinstance(value, bool) else value


def said_in(content: bytes) -> dict[str, Any]:
    """The same of a file whose archive is whole."""
    with np.load(io.BytesIO(content)) as archive:
        header = json.loads(archive["header"].tobytes())
        return described(header, {name: archive[name] for name in archive.files if name.startswith("t")})


def described(header: Any, arrays: Arrays) -> dict[str, Any]:
    """What two files have to agree in, to the bit."""
    described = {name: (str(array.dtype), array.shape, array.tobytes()) for name, array in arrays.items()}
    return {"header": json.dumps(numbers(header), sort_keys=True), **described}


def assert_refused_or_faithful(loader: Loader, damages: Iterator[Damage], *, as_said: bool = False) -> tuple[int, int]:
    """How many were refused, and how many loaded: as they were, or (where that was changed) as the file has it."""
    refused = loaded = 0
    original = contents(travelled())
    for damage in damages:
        for read in (loader.load, loader.resume):
            answer = told(damage, read)
            if isinstance(answer, str):
                refused += 1
                continue
            loaded += 1
            found = contents(answer)
            assert found == original or (as_said and found == said_in(damage.content)), damage.what
    return refused, loaded


def told(damage: Damage, read: Callable[[bytes], Session | str]) -> Session | str:
    try:
        return read(damage.content)
    except BaseException as error:
        error.add_note(damage.what)
        raise


def test_what_is_not_damaged_is_loaded_as_it_was(loader: Loader) -> None:
    for compressed in (True, False):
        for read in (loader.load, loader.resume):
            session = read(good(compressed))
            assert isinstance(session, Session)
            assert contents(session) == contents(travelled()) == said_in(good(compressed))


def test_damaged_bytes(loader: Loader) -> None:
    assert_refused_or_faithful(loader, flips(40))
    assert_refused_or_faithful(loader, replaced_bytes(10))
    assert_refused_or_faithful(loader, islice(truncations(), 0, None, 12))


def test_strange_headers(loader: Loader) -> None:
    slow = ("a larger network", "many samples")
    assert_refused_or_faithful(loader, (one for one in strange_references() if one.what not in slow), as_said=True)
    assert_refused_or_faithful(loader, wrong_values(40), as_said=True)


def test_many_arrays_that_are_nearly_nothing_are_refused_unread(
    loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    zeros = {f"t0_slot_{number}": np.zeros((2, 100_000)) for number in range(4)}
    content = npz({**good_arrays(), **zeros}, compressed=True)
    assert isinstance(loader.load(content), Session)
    monkeypatch.setattr(session_file, "_LARGE", 2**20)
    answer = loader.load(content)
    assert isinstance(answer, str) and "damaged: it promises 6," in answer


@pytest.mark.long
def test_a_thousand_damaged_checkpoints(loader: Loader) -> None:
    refused, loaded = assert_refused_or_faithful(loader, flips(500))
    for damages in (replaced_bytes(200), truncations()):
        more = assert_refused_or_faithful(loader, damages)
        refused, loaded = refused + more[0], loaded + more[1]
    for damages in (wrong_values(1500), missing_and_more(), strange_references(), strange_arrays()):
        more = assert_refused_or_faithful(loader, damages, as_said=True)
        refused, loaded = refused + more[0], loaded + more[1]
    print(f"{refused} refused, {loaded} loaded")
    assert refused > 2000


@pytest.mark.long
def test_nothing_large_is_allocated_for_what_is_promised(loader: Loader) -> None:
    original = contents(travelled())
    tracemalloc.start()
    try:
        for damage in hostile():
            for read in (loader.load, loader.resume):
                tracemalloc.reset_peak()
                before = tracemalloc.get_traced_memory()[0]
                answer = told(damage, read)
                peak = tracemalloc.get_traced_memory()[1] - before
                most = MOST_DATA if "a bomb of numbers" in damage.what else MOST_BYTES
                assert peak < most, f"{damage.what}: {peak:,} bytes"
                assert isinstance(answer, str) or contents(answer) in (original, said_in(damage.content)), damage.what
    finally:
        tracemalloc.stop()


def header_bombs() -> Iterator[Damage]:
    """Headers of some kilobytes that would be gigabytes as values."""
    for name, text in {
        "lists": b"[" + b"[]," * 3_000_000 + b"0]",
        "objects": b"[" + b"{}," * 3_000_000 + b"0]",
        "numbers": b"[" + b"0," * 3_000_000 + b"0]",
        "texts": b"[" + b'"",' * 3_000_000 + b"0]",
        "depth": b"[" * 1_000_000,
        "blanks": b" " * 10_000_000,
    }.items():
        header = npy_header(f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({len(text)},), }}") + text
        yield Damage(name, packed({**plain(good_arrays()), "header.npy": header}))


def test_a_bomb_in_the_header_is_refused_unread(
    loader: Loader, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.npz"
    for damage in header_bombs():
        assert len(damage.content) < 200_000
        path.write_bytes(damage.content)
        others = (["replay"], ["record", "--out", "x"], ["export", "--to", "json"])
        for command in (["train", "--load"], *(others if damage.what == "lists" else ())):
            monkeypatch.setattr(sys, "argv", ["tuinet", *command, str(path)])
            tracemalloc.start()
            with pytest.raises(SystemExit) as ended:
                main.main()
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert ended.value.code == 2 and peak < 150 * 2**20, (damage.what, command, peak)
            said = capsys.readouterr().err
            assert said.startswith(f"tuinet: {path}: damaged: ") and said.count("\n") == 1, said
