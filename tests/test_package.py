"""What a user gets who installs the wheel: nothing of the checkout may be needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.terminal import CTRL_Q, Terminal

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NO_PATH = {"PYTHONPATH": ""}

# What is built and installed serves them all.
pytestmark = pytest.mark.xdist_group("package")


def run(*command: str | Path, cwd: Path) -> str:
    env = {**os.environ, **NO_PATH}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, and the wheel built from it, which so proves the former complete."""
    dist = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", dist, ROOT, cwd=dist)
    return dist


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return next(dist.glob("*.whl"))


@pytest.fixture(scope="module")
def tuinet(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of an environment that holds the wheel and what it asks for, and nothing else."""
    home = tmp_path_factory.mktemp("fresh")
    run(sys.executable, "-m", "venv", "--without-pip", home / "venv", cwd=home)
    pip = (sys.executable, "-m", "pip", "--python", home / "venv", "--disable-pip-version-check")
    run(*pip, "install", "--quiet", wheel, cwd=home)
    return home / "venv" / "bin" / "tuinet"


def test_the_wheel_holds_the_package_and_the_themes(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"tuinet/themes/{theme.name}" for theme in (ROOT / "themes").glob("*.toml")} <= set(names)
    assert any(name.startswith("tuinet/themes/") for name in names)
    assert {name.partition("/")[0] for name in names} == {"tuinet", f"tuinet-{PROJECT['version']}.dist-info"}


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    package = ROOT / "tuinet"
    files = {path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {path.relative_to(ROOT).as_posix() for path in files} <= set(zipfile.ZipFile(wheel).namelist())


def test_the_source_distribution_can_be_tested(dist: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "pyproject.toml", "scripts/test", "tests/conftest.py", "tuinet/cli/main.py"} <= names
    assert not any("__pycache__" in name for name in names)


def test_version(tuinet: Path, tmp_path: Path) -> None:
    assert PROJECT["version"] in run(tuinet, "--version", cwd=tmp_path)


def test_headless_training(tuinet: Path, tmp_path: Path) -> None:
    output = run(tuinet, "train", "--dataset", "xor", "--epochs", "5", "--json", cwd=tmp_path)
    assert json.loads(output.splitlines()[-1])


def test_dashboard(tuinet: Path, tmp_path: Path) -> None:
    env = {**NO_PATH, "HOME": str(tmp_path)}
    with Terminal([tuinet], columns=80, rows=24, env=env, cwd=tmp_path) as terminal:
        terminal.wait_for("xor")
        terminal.wait_for("epoch")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
    assert b"Traceback" not in terminal.raw
