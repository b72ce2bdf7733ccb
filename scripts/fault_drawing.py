"""Which faults are planted: drawn over the packages by a seed, and named so that another tree can have them, too."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fault_edits import changes, is_sound

PACKAGE = "tuinet"
Reached = Callable[[str], frozenset[int] | None]
"""The lines of a file that tests run; ``None`` where that is not known."""


@dataclass(frozen=True)
class Fault:
    """A line of a file as it would read; the line is known by its text, since its number changes."""

    file: str
    """From the root of the tree."""
    line: str
    occurrence: int
    """Which of the file's lines with this text, from 0."""
    text: str
    kind: str

    def row(self, source: str) -> int | None:
        """The line's number in a file, from 1; ``None`` where there is no such line."""
        rows = [row for row, line in enumerate(source.split("\n"), 1) if line == self.line]
        return rows[self.occurrence] if self.occurrence < len(rows) else None

    def plant(self, source: str) -> str | None:
        """The file with the fault; ``None`` where it has no such line."""
        if (row := self.row(source)) is None:
            return None
        lines = source.split("\n")
        return "\n".join([*lines[: row - 1], self.text, *lines[row:]])


def faults_of(file: str, source: str, reached: frozenset[int] | None = None) -> list[Fault]:
    """Every fault of a file, or of the lines that are reached."""
    lines = source.split("\n")
    found = []
    for row, text, kind in changes(source):
        if reached is None or row in reached:
            line = lines[row - 1]
            found.append(Fault(file, line, lines[: row - 1].count(line), text, kind))
    return found


def draw(root: Path, count: int, seed: int, reached: Reached = lambda file: None) -> list[Fault]:
    """So many faults, one a line at most, over the packages in proportion to the lines that can be changed."""
    packages: dict[str, list[Fault]] = defaultdict(list)
    for path in sorted((root / PACKAGE).rglob("*.py")):
        file = path.relative_to(root).as_posix()
        faults = faults_of(file, path.read_text(encoding="utf-8"), reached(file))
        packages[package_of(file)] += one_a_line(faults, seed)
    shares = share_out(count, {package: len(faults) for package, faults in packages.items()})
    return [fault for package, share in shares.items() for fault in first_sound(root, packages[package], share, seed)]


def package_of(file: str) -> str:
    parts = file.split("/")
    return parts[1] if len(parts) > 2 else ""


def one_a_line(faults: Sequence[Fault], seed: int) -> list[Fault]:
    """The kind is drawn before the fault: a line of many numbers is no more likely to have one of them changed.

    A value that is missing is noticed by nearly any test: it is the last choice of a line, and of a third of the lines.
    """

    def order(fault: Fault) -> tuple[bool, str, str]:
        return fault.kind == "return", rank(seed, place(fault), fault.kind), rank(seed, fault.text)

    chosen: dict[tuple[str, int], Fault] = {}
    for fault in sorted(faults, key=order):
        chosen.setdefault((fault.line, fault.occurrence), fault)
    return [
        fault
        for fault in chosen.values()
        if fault.kind != "return" or int(rank(seed, "return", place(fault)), 16) % 3 == 0
    ]


def place(fault: Fault) -> str:
    return f"{fault.file}\n{fault.line}\n{fault.occurrence}"


def rank(seed: int, *texts: str) -> str:
    """A number without order, the same in every process and for every text that has not changed."""
    return hashlib.sha256("\n".join((str(seed), *texts)).encode()).hexdigest()


def first_sound(root: Path, faults: Sequence[Fault], count: int, seed: int) -> list[Fault]:
    found: list[Fault] = []
    for fault in sorted(faults, key=lambda fault: rank(seed, place(fault))):
        if len(found) == count:
            break
        source = (root / fault.file).read_text(encoding="utf-8")
        if is_sound(source, fault.plant(source) or ""):
            found.append(fault)
    return sorted(found, key=lambda fault: (fault.file, fault.line))


def share_out(count: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """In proportion; what is left goes to the greatest remainders."""
    total = sum(sizes.values())
    if not total:
        return {}
    shares = {name: count * size // total for name, size in sizes.items()}
    by_remainder = sorted(sizes, key=lambda name: (-(count * sizes[name] % total), name))
    for name in by_remainder[: count - sum(shares.values())]:
        shares[name] += 1
    return shares


def write_faults(path: Path, faults: Sequence[Fault]) -> None:
    path.write_text(json.dumps([asdict(fault) for fault in faults], ensure_ascii=False, indent=1), encoding="utf-8")


def read_faults(path: Path) -> list[Fault]:
    """Faults that `write_faults` has written.

    Raises
    ------
    ValueError
        If the file holds anything else.
    """
    try:
        return faults_from(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def faults_from(entries: Any) -> list[Fault]:
    if not isinstance(entries, list):
        raise ValueError("a list of faults is wanted")
    wanted = {"file": str, "line": str, "occurrence": int, "text": str, "kind": str}
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or {name: type(value) for name, value in entry.items()} != wanted:
            raise ValueError(f"entry {number} should hold {', '.join(wanted)} of a fault")
        if not entry["file"].startswith(f"{PACKAGE}/") or ".." in entry["file"] or entry["occurrence"] < 0:
            raise ValueError(f"entry {number} should name a file of {PACKAGE}/ and an occurrence from 0")
    return [Fault(**entry) for entry in entries]
