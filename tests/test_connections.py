"""Nothing phones home: no command opens a socket of its own accord."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

WATCH = """
import sys

def hook(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"):
        sys.stderr.write(f"CONNECTS: {event} {arguments}\\n")
        sys.stderr.flush()

sys.addaudithook(hook)
sys.argv = ["tuinet", *sys.argv[1:]]
"""
TUINET = f"{WATCH}\nfrom tuinet.__main__ import main; main()"
HOME = f"{WATCH}\nimport socket; s = socket.socket(); s.settimeout(0.1); s.connect_ex(('127.0.0.1', 1))"


def watched(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("--version",),
        ("train", "--epochs", "5"),
        ("train", "--dataset", "digits", "--epochs", "1"),
        ("explain",),
        ("check",),
        ("rates", "--epochs", "5"),
        ("datasets",),
        ("themes",),
        ("doctor",),
        ("config",),
        ("completion", "bash"),
        ("compare", "--epochs", "5", "--workers", "1", "--json"),
    ],
)
def test_no_command_opens_a_connection(arguments: tuple[str, ...]) -> None:
    assert "CONNECTS" not in watched(TUINET, *arguments)


def test_a_connection_would_be_seen() -> None:
    assert "CONNECTS: socket.connect" in watched(HOME)
