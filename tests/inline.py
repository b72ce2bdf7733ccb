"""The command line in the process of the test: a hundred times as quick as a process of its own.

Whether a command works as a process, with pipes and signals, is for tests that start one.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from subprocess import CompletedProcess
from unittest import mock

import pytest

from tuinet.cli.main import main


def run_inline(*arguments: str, **environ: str) -> CompletedProcess[str]:
    """What `subprocess.run` says of ``tuinet`` with these arguments and variables, and nothing to read."""
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2)]
    command = ["tuinet", *arguments]
    with (
        open(os.devnull, encoding="utf-8") as nothing,
        mock.patch.dict(os.environ, environ),
        mock.patch.object(sys, "argv", command),
        mock.patch.object(sys, "stdin", nothing),
        redirect_stdout(streams[0]),
        redirect_stderr(streams[1]),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    status = ended.value.code or 0
    assert isinstance(status, int)
    return CompletedProcess(command, status, *(_written(stream) for stream in streams))


def _written(stream: io.TextIOWrapper) -> str:
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode()
