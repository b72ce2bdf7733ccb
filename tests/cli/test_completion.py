"""Shell completion, asked for as the scripts of the shells do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.inline import run_inline

TUINET = [sys.executable, "-m", "tuinet"]
ROOT = Path(__file__).parents[2]


def completions(line: str, **environ: str) -> list[str]:
    position = str(len(line.split(" ")) - 1)
    asked = {"COMP_WORDS": line, "COMP_CWORD": position, "_TUINET_COMPLETE": "bash_complete", **environ}
    done = run_inline(**asked)
    assert (done.returncode, done.stderr) == (0, "")
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("tuinet --dataset sp", ["plain,spiral", "plain,spirals"]),
        ("tuinet train --optimizer ad", ["plain,adagrad", "plain,adam", "plain,adamw"]),
        ("tuinet --activation so", ["plain,softplus", "plain,softsign"]),
        ("tuinet --activation tanh,re", ["plain,tanh,relu"]),
        ("tuinet check --standardize t", ["plain,true"]),
        ("tuinet --theme proj", ["plain,projector"]),
        ("tuinet compare --theme mo", ["plain,mono"]),
        ("tuinet doc", ["plain,doctor"]),
        ("tuinet completion z", ["plain,zsh"]),
        ("tuinet --learning-r", ["plain,--learning-rate"]),
        ("tuinet --dataset measurements/", ["file,measurements/"]),
        ("tuinet --hidden 8", []),
    ],
)
def test_names_and_values_are_completed(line: str, expected: list[str]) -> None:
    assert completions(line) == expected


def test_a_broken_configuration_does_not_disturb_it(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[defaults")
    assert completions("tuinet --dataset mo", TUINET_CONFIG=str(file)) == ["plain,moons"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_accepts_its_script(shell: str, tmp_path: Path) -> None:
    done = subprocess.run([*TUINET, "completion", shell], capture_output=True, text=True, timeout=60, check=True)
    assert f"_TUINET_COMPLETE={shell}_complete" in done.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    subprocess.run([shell, "-n"], input=done.stdout, text=True, timeout=30, check=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_bash_completes_with_the_script(tmp_path: Path) -> None:
    starter = tmp_path / "tuinet"
    starter.write_text(f'#!/bin/sh\nexec {sys.executable} -m tuinet "$@"\n')
    starter.chmod(0o755)
    script = (
        'eval "$(tuinet completion bash)"; COMP_WORDS=(tuinet --dataset sp); COMP_CWORD=2; '
        '_tuinet_completion tuinet; echo "${COMPREPLY[@]}"'
    )
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["spiral", "spirals"]
