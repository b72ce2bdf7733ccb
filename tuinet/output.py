"""The one place where the command line writes: what is for a person, and what is data.

What is for a person has its controls visible and its length bounded, on a terminal and elsewhere: who keeps messages
in a file looks at them later. Right-to-left text is isolated on a terminal only. Where there is no Unicode, it is
spelled in ASCII.

Data (JSON, CSV, scripts, the line that reproduces a run, the names of files that were written) goes to a file or a
pipe as it is, to the byte. A terminal gets it with its controls visible, and neither bounded nor isolated: it is to be
copied from there.
"""

from __future__ import annotations

import io
import math
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

import click

from tuinet.spelling import as_ascii, charset_of, is_utf8, within
from tuinet.terminal_text import isolated, shown_line, visible


def write_line(line: str, *, sample: str = "") -> None:
    """Write a line for a person to standard output, and behind it a sample, in which nothing is from outside."""
    click.echo(on_stream(shown_line(line), sys.stdout) + sample)


def write_lines(lines: Iterable[str]) -> None:
    """Write lines for a person to standard output."""
    for line in lines:
        write_line(line)


def write_page(text: str) -> None:
    """Write a text of several lines for a person to standard output; how long they are is up to who has made it."""
    click.echo(on_stream("\n".join(map(visible, text.split("\n"))), sys.stdout))


def write_prompt(text: str) -> None:
    """Write what stands in front of an answer to standard output, and stay on the line."""
    click.echo(on_stream(shown_line(text), sys.stdout), nl=False)


def write_error(message: str) -> None:
    """Write a message to standard error, on one line behind the name of the program."""
    words = " ".join(message.replace("\t", " ").replace("\n", " ").split(" ")).strip()
    click.echo(on_stream(f"tuinet: {shown_line(words)}", sys.stderr), err=True)


def write_data(*lines: str) -> None:
    """Write lines of data to standard output: to a file or a pipe as they are, to a terminal with controls visible."""
    if sys.stdout.isatty():
        click.echo("\n".join(map(visible, lines)))
    else:
        # As bytes: of a text click would leave out what looks like a sequence for colours.
        click.echo(_encoded("\n".join(lines), sys.stdout.encoding or "utf-8"))


def json_line(kind: str, **values: Any) -> str:
    """A record as a line of JSON, which knows neither NaN nor infinity: both become null."""
    import json  # noqa: PLC0415 - most commands write none

    return json.dumps({"record": kind, **_finite(values)}, allow_nan=False)


def csv_text(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table with a row of names at its head as CSV."""
    import csv  # noqa: PLC0415 - as above

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue()


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value


def on_stream(text: str, stream: TextIO) -> str:
    """A text whose controls are visible as a person reads it on a stream.

    Right-to-left words are isolated on a terminal; what the stream or the locale cannot show is spelled in ASCII, and
    all of it where a command was given ``--ascii``.
    """
    if _wants_ascii():
        return as_ascii(text)
    charset = charset_of(stream, os.environ)
    return isolated(text) if is_utf8(charset) and stream.isatty() else within(text, charset)


def _wants_ascii() -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.params.get("ascii_only"))


def shown_help(text: str) -> str:
    """The text of help, in which defaults from the configuration file stand."""
    return on_stream("\n".join(map(shown_line, text.split("\n"))), sys.stdout)


def write_breakdown(error: BaseException) -> None:
    """Write the traceback of an error that nobody has foreseen to standard error."""
    _write_traceback(traceback.format_exception(error))


@contextmanager
def visible_breakdowns() -> Iterator[None]:
    """Show controls in warnings, and in the tracebacks of other threads; where somebody else does that, leave it."""
    show_warning, of_threads = warnings.formatwarning, threading.excepthook
    if of_threads is threading.__excepthook__:
        threading.excepthook = _thread_has_broken_down
    warnings.formatwarning = _warning
    try:
        yield
    finally:
        warnings.formatwarning, threading.excepthook = show_warning, of_threads


def _thread_has_broken_down(broken: Any) -> None:
    if broken.exc_type is not SystemExit:
        _write_traceback(traceback.format_exception(broken.exc_type, broken.exc_value, broken.exc_traceback))


def _write_traceback(pieces: Iterable[str]) -> None:
    lines = "".join(pieces).rstrip("\n").split("\n")
    click.echo("\n".join(on_stream(shown_line(line), sys.stderr) for line in lines), err=True)


def _warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    return f"{shown_line(f'{filename}:{lineno}: {category.__name__}: {message}')}\n"


def _encoded(text: str, encoding: str) -> bytes:
    """The bytes of a text; the names of files keep those that are not in the encoding."""
    try:
        return text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return text.encode(encoding, "replace")
