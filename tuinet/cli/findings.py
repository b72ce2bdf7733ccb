"""Findings about the surroundings: the terminal and the line to it, versions, BLAS, folders."""

from __future__ import annotations

import os
import platform
import re
import select
import shlex
import signal
import stat
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any, Final, Literal, get_args

from tuinet import __version__
from tuinet.storage.private_folder import PrivacyError, is_open_to_others, require_own
from tuinet.tui.terminal.detect import (
    MIN_HEIGHT,
    MIN_WIDTH,
    can_draw,
    can_show_pictures,
    cells_and_reason,
    colours_and_reason,
    detect,
    is_in_tmux,
    reason_against_graphics,
)
from tuinet.tui.terminal.link import QUESTION
from tuinet.tui.terminal.signals import is_in_foreground

Verdict = Literal["ok", "note", "problem"]

_WIDEST: Final = max(map(len, get_args(Verdict)))


@dataclass(frozen=True)
class Fact:
    """One line of `tuinet doctor`."""

    name: str
    value: str
    verdict: Verdict = "ok"
    remedy: str = ""


def aligned(findings: Sequence[Fact]) -> list[str]:
    """A line for each: verdict, name, value; the remedy behind a dash."""
    width = max((len(finding.name) for finding in findings), default=0)
    return [
        f"{finding.verdict:<{_WIDEST}}  {finding.name:<{width}}  {finding.value}"
        + (f" - {finding.remedy}" if finding.remedy else "")
        for finding in findings
    ]


_PACKAGES: Final = ("numpy", "textual", "rich", "plotext", "click", "platformdirs")
_OPTIONAL: Final = {
    "distributed": "pip install 'tuinet[cluster]' for `tuinet compare --scheduler`",
    "openpyxl": "pip install 'tuinet[files]' for workbooks of Excel",
    "pyarrow": "pip install 'tuinet[files]' for Parquet tables",
    "onnx": "pip install 'tuinet[onnx]' for `tuinet export --to onnx`",
}
_THREADS: Final = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def version_findings() -> list[Fact]:
    """A line for tuinet, for Python, and for each package that it needs."""
    own = [
        Fact("tuinet", f"{__version__}, {Path(__file__).resolve().parents[1]}"),
        Fact("Python", f"{platform.python_version()} ({platform.system()} {platform.machine()})"),
    ]
    needed = [Fact(name, "missing", "problem", f"pip install {name}") for name in _PACKAGES]
    others = [Fact(name, "not installed, and not needed", "ok", remedy) for name, remedy in _OPTIONAL.items()]
    return [*own, *map(_installed, [*needed, *others])]


def _installed(missing: Fact) -> Fact:
    """The version of a package, or what is said where it is missing."""
    try:
        return Fact(missing.name, version(missing.name))
    except PackageNotFoundError:
        return missing


def blas_finding(config: Mapping[str, Any], environ: Mapping[str, str]) -> Fact:
    """Which library multiplies matrices, and with how many threads; for the config see ``numpy.show_config``."""
    blas = config.get("Build Dependencies", {}).get("blas", {})
    name = " ".join(str(blas.get(key, "")) for key in ("name", "version")).strip() or "unknown"
    variable = next((known for known in _THREADS if environ.get(known)), None)
    if variable is None:
        return Fact("BLAS", f"{name}, threads as it chooses", "note", "the same seed may give other bits elsewhere")
    threads = f"{environ[variable]} thread{'' if environ[variable] == '1' else 's'} ({variable})"
    if environ[variable] == "1":
        return Fact("BLAS", f"{name}, {threads}")
    return Fact("BLAS", f"{name}, {threads}", "note", "1 gives the same bits on any number of cores")


def arithmetic_finding(usual_tanh: bool) -> Fact:
    """Whether portable arithmetic has the bits of other machines here."""
    if usual_tanh:
        return Fact("portable arithmetic", "the same bits as on other machines")
    return Fact(
        "portable arithmetic",
        "tanh by a function of tuinet's own: NumPy's has other bits here, as on a processor without AVX2",
        "note",
        "numbers agree with those of other machines to about 15 digits, at the start",
    )


def folder_finding(name: str, find: Callable[[], Path], purpose: str) -> Fact:
    """The place of a folder, and whether it can be written to; a missing one is made when it is needed."""
    try:
        folder = find()
    except OSError as error:
        return Fact(name, str(error), "problem", "export HOME=/some/folder")
    if not folder.is_absolute():
        return Fact(name, f"{folder}: there is no home directory", "problem", "export HOME=/some/folder")
    existing = next(path for path in (folder, *folder.parents) if os.path.exists(path))
    if not os.path.isdir(existing) or not os.access(existing, os.W_OK | os.X_OK):
        return Fact(name, f"{folder}: {existing} cannot be written to", "problem", purpose)
    return Fact(name, f"{folder}{'' if existing == folder else ' (made when it is needed)'}")


def disk_finding(folder: Path, free: Callable[[Path], int]) -> Fact:
    """Room for saved runs, from the free bytes of a folder's disk."""
    existing = next(path for path in (folder, *folder.parents) if os.path.exists(path))
    megabytes = free(existing) / 2**20
    value = f"{megabytes:,.0f} MB free for saved runs"
    return Fact("disk", value, "note", "a large run may not be saved") if megabytes < 100 else Fact("disk", value)


def runs_finding(count: int, folder: Path) -> Fact:
    """The number of runs that wait to be resumed."""
    if not count:
        return Fact("interrupted runs", "none")
    return Fact("interrupted runs", f"{count} in {folder}", "note", "`tuinet runs` lists, opens and discards them")


def privacy_findings(*folders: Path) -> Iterator[Fact]:
    """Faults of folders that should be the user's alone, each after the one that it lies in."""
    for folder in folders:
        try:
            require_own(folder)
        except PrivacyError as error:
            yield Fact("saved runs", str(error.strerror), "problem", error.remedy)
            # What lies in it is somebody else's.
            return
        except OSError:
            return
        if is_open_to_others(folder):
            rights = stat.filemode(os.lstat(folder).st_mode)
            remedy = f"chmod 700 {shlex.quote(str(folder))}, or start the dashboard, which does that"
            yield Fact("saved runs", f"{folder} is open to others ({rights})", "note", remedy)


def strangers_finding(strangers: Sequence[Path]) -> Fact | None:
    """Entries of the folder of runs that are no ordinary files of the user; ``None`` where there are none."""
    if not strangers:
        return None
    first, more = strangers[0], len(strangers) - 1
    value = f"{first}{f' and {more} more' if more else ''}: no ordinary file of yours, and left alone"
    return Fact("saved runs", value, "note", "look at it, and move it away")


_LOCALE: Final = ("LC_ALL", "LC_CTYPE", "LANG")
_COLOURS: Final = {"truecolor": "true colour", "256": "256", "16": "16", "none": "none"}
_GLYPHS: Final = {
    "unicode": "all of Unicode",
    "console": "those of the Linux console",
    "ascii": "ASCII only",
}


def terminal_findings(
    environ: Mapping[str, str], encoding: str, size: os.terminal_size | None, streams: Mapping[str, bool]
) -> list[Fact]:
    """Facts about the terminal; the streams are standard input and output, and whether each is one."""
    return [
        _streams(streams),
        _type(environ),
        _colours(environ),
        _encoding(environ, encoding),
        Fact("characters", _GLYPHS[detect(environ, encoding).glyphs]),
        _cells(environ, encoding),
        _graphics(environ, encoding),
        _size(size),
        _inside(environ),
    ]


def _streams(streams: Mapping[str, bool]) -> Fact:
    without = [name for name, is_terminal in streams.items() if not is_terminal]
    if not without:
        return Fact("terminal", "standard input and output are one")
    value = f"standard {' and '.join(without)} {'is' if len(without) == 1 else 'are'} none"
    return Fact("terminal", value, "note", "the dashboard needs one; `tuinet train` does not")


def _type(environ: Mapping[str, str]) -> Fact:
    term = environ.get("TERM", "")
    if not term:
        return Fact("TERM", "not set", "note", "export TERM=xterm-256color, or what your terminal is")
    if can_draw(environ):
        return Fact("TERM", term)
    return Fact("TERM", term, "problem", "it cannot show a screen; export TERM=xterm-256color where that is wrong")


def _colours(environ: Mapping[str, str]) -> Fact:
    colours, reason = colours_and_reason(environ)
    remedy = ""
    if colours in ("256", "16") and environ.get("TERM") != "linux" and not environ.get("TEXTUAL_COLOR_SYSTEM"):
        remedy = "export COLORTERM=truecolor where the terminal takes any colour (ssh does not pass it on)"
    return Fact("colours", f"{_COLOURS[colours]} ({reason})", "note" if remedy else "ok", remedy)


def _encoding(environ: Mapping[str, str], encoding: str) -> Fact:
    source = next((name for name in _LOCALE if environ.get(name)), None)
    locale = "no locale" if source is None else f"{source}={environ[source]}"
    value = f"{encoding or 'unknown'} ({locale})"
    if detect(environ, encoding).glyphs == "ascii":
        return Fact("encoding", value, "note", "export LC_ALL=C.UTF-8 where the terminal shows UTF-8")
    return Fact("encoding", value)


_CELLS: Final = "half ▀, quadrant ▞, sextant \N{BLOCK SEXTANT-145}, octant \U0001cd89"


def _cells(environ: Mapping[str, str], encoding: str) -> Fact:
    """How finely cells are divided; the characters are shown, so that it is seen which of them the font has."""
    terminal = detect(environ, encoding)
    if terminal.glyphs != "unicode" or terminal.colours in ("16", "none"):
        return Fact("cells", "half blocks at most: finer ones need other characters, and more colours")
    chosen, reason = cells_and_reason(environ)
    return Fact("cells", f"{chosen} ({reason}); --cells NAME draws others: {_CELLS}")


def _graphics(environ: Mapping[str, str], encoding: str) -> Fact:
    """Whether pictures may be drawn in pixels."""
    terminal = detect(environ, encoding)
    reason = reason_against_graphics(environ, terminal)
    if reason:
        remedy = "; --graphics on asks the terminal all the same" if can_show_pictures(terminal) else ""
        return Fact("graphics", f"in cells: {reason}{remedy}")
    if is_in_tmux(environ):
        found = "in pixels where tmux has `set -g allow-passthrough on` and runs in a terminal of kitty's protocol"
        return Fact("graphics", f"{found} (kitty, Ghostty); --graphics off draws in cells")
    found = "in pixels where the terminal answers that it can, by kitty's protocol or in sixels"
    return Fact("graphics", f"{found}; --graphics off draws in cells")


def _size(size: os.terminal_size | None) -> Fact:
    if size is None:
        return Fact("size", "unknown", "note", "there is no terminal to measure")
    value = f"{size.columns} columns, {size.lines} rows"
    if size.columns < MIN_WIDTH or size.lines < MIN_HEIGHT:
        return Fact("size", value, "problem", f"the dashboard needs {MIN_WIDTH} by {MIN_HEIGHT}; make it larger")
    if size.columns < 80 or size.lines < 24:
        return Fact("size", value, "note", "80 by 24 have room for four panels")
    return Fact("size", value)


def _inside(environ: Mapping[str, str]) -> Fact:
    layers = [
        name
        for name, variables in (("tmux", ("TMUX",)), ("screen", ("STY",)), ("ssh", ("SSH_CONNECTION", "SSH_TTY")))
        if any(environ.get(variable) for variable in variables)
    ]
    if "screen" in layers and "tmux" not in layers:
        return Fact("inside", ", ".join(layers), "note", "GNU screen has no more than 256 colours; tmux has all")
    return Fact("inside", ", ".join(layers) or "neither tmux, screen nor ssh")


QUESTIONS: Final = 5
TIMEOUT: Final = 1.0
"""Seconds for which each answer is waited for."""
_ANSWER: Final = re.compile(rb"\x1b\[\??\d+;\d+R")
_MOST_BYTES: Final = 4096
_SLOW: Final = 0.1
"""Seconds from which on a person feels it."""


def round_trip_finding() -> Fact:
    """The median of a few round trips; a terminal that does not answer is asked only once."""
    name = "round trip"
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Fact(name, "not measured", "note", "there is no terminal to ask")
    fd = sys.stdin.fileno()
    if not is_in_foreground(fd):
        return Fact(name, "not measured", "note", "this runs in the background, where it must not ask")
    sys.stdout.flush()
    try:
        with raw(fd):
            times = _round_trips(fd, sys.stdout.fileno())
    except (ImportError, OSError) as error:
        return Fact(name, "not measured", "note", str(error))
    if not times:
        return Fact(name, f"no answer within {TIMEOUT:g} s", "note", "frames are sent ten a second at most then")
    seconds = median(times)
    value = f"{1000 * seconds:.2f} ms (median of {len(times)})"
    return Fact(name, value, "note", "--fps 5 spares a slow line") if seconds > _SLOW else Fact(name, value)


def _round_trips(source: int, target: int) -> list[float]:
    """Several round trips in seconds, up to the first that has no answer."""
    times: list[float] = []
    while len(times) < QUESTIONS and (seconds := _round_trip(source, target)) is not None:
        times.append(seconds)
    return times


def _round_trip(source: int, target: int) -> float | None:
    """Seconds until the terminal has answered; ``None`` where it does not in time."""
    start = monotonic()
    os.write(target, QUESTION.encode())
    heard = b""
    while (left := start + TIMEOUT - monotonic()) > 0 and len(heard) < _MOST_BYTES:
        if not select.select([source], [], [], left)[0]:
            break
        piece = os.read(source, 64)
        if not piece:
            break
        heard += piece
        if _ANSWER.search(heard):
            return monotonic() - start
    return None


@contextmanager
def raw(fd: int) -> Iterator[None]:
    """Keys unechoed and one by one, with Ctrl+C as it was; what arrived too late is not typed into the shell."""
    import termios  # noqa: PLC0415 - there is none on Windows

    previous = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    # Whoever suspends this in the second that it takes would leave the shell with a terminal that shows nothing.
    previous[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    try:
        with _modes(termios, fd):
            yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _leave(number: int, frame: object) -> None:
    sys.exit(128 + number)


@contextmanager
def _modes(termios: Any, fd: int) -> Iterator[None]:
    try:
        before = termios.tcgetattr(fd)
        modes = termios.tcgetattr(fd)
        modes[3] &= ~(termios.ECHO | termios.ICANON)
        termios.tcsetattr(fd, termios.TCSANOW, modes)
    except termios.error as error:
        raise OSError(str(error)) from error
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(fd, termios.TCSAFLUSH, before)
