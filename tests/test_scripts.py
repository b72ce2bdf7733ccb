"""The scripts on machines that lack something. Except for the last test, the Python they find is a fake."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("cat", "chmod", "cksum", "cp", "dirname", "flock", "mkdir", "rm", "sed", "sh", "sleep", "tail")

# Does what the scripts ask of a Python, in milliseconds, and keeps a list of what pip was asked for.
# "cp" makes the venv's python a copy of this very file.
FAKE_PYTHON = """#!/bin/sh
case "$*" in
--version) echo "Python ${FAKE_VERSION:-3.11.9}" ;;
"-m venv"*)
    mkdir -p "$3/bin"
    cp "$0" "$3/bin/python"
    eval "${FAKE_VENV:-:}" ;;
"-m pip --version") ;;
"-m pip --quiet"*)
    echo "$*" >>"$FAKE_LOG"
    eval "${FAKE_PIP:-:}"
    printf '#!/bin/sh\\necho "tuinet ran with: $*"\\n' >"${0%/*}/tuinet"
    chmod +x "${0%/*}/tuinet" ;;
*) exit 9 ;;
esac
"""


@dataclass
class Machine:
    """A checkout on a machine whose PATH holds a few tools and the fake Python."""

    home: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def checkout(self) -> Path:
        return self.home / "a checkout"

    @property
    def pip_calls(self) -> list[str]:
        log = self.home / "pip.log"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    def start(self, script: str, *arguments: str, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.checkout / "scripts" / script, *arguments],
            cwd=self.home,
            env={"PATH": str(self.home / "bin"), "FAKE_LOG": str(self.home / "pip.log"), **self.env, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # so that "kill 0" kills the script and its pip, and nobody else
        )

    def run(self, script: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        process = self.start(script, *arguments, **env)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    machine.checkout.mkdir()
    shutil.copytree(ROOT / "scripts", machine.checkout / "scripts")
    shutil.copy(ROOT / "pyproject.toml", machine.checkout)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        if found := shutil.which(tool):
            (tmp_path / "bin" / tool).symlink_to(found)
    add_python(machine, "python3")
    return machine


def add_python(machine: Machine, name: str) -> Path:
    path = machine.home / "bin" / name
    path.write_text(FAKE_PYTHON, encoding="utf-8")
    path.chmod(0o755)
    return path


def assert_one_line(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode == 2
    assert done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert last.startswith("tuinet: ")
    assert [part for part in parts if part not in last] == [], last
    assert all(line.startswith("tuinet: first use:") for line in done.stderr.splitlines()[:-1]), done.stderr


def test_first_use_installs_and_says_so_once(machine: Machine) -> None:
    first = machine.run("run", "--epochs", "5 and more")
    assert first.stdout == "tuinet ran with: --epochs 5 and more\n"
    assert first.stderr == "tuinet: first use: installing into .venv ...\n"
    second = machine.run("run")
    assert (second.stdout, second.stderr) == ("tuinet ran with: \n", "")
    assert len(machine.pip_calls) == 1
    assert "dev" not in machine.pip_calls[0]


def test_the_development_tools_are_added_when_asked_for(machine: Machine) -> None:
    machine.run("run")
    for _ in range(2):
        machine.run("check")
        machine.run("run")
    assert [call.endswith(".[dev]") for call in machine.pip_calls] == [False, True]


def test_a_changed_pyproject_is_installed_again(machine: Machine) -> None:
    machine.run("check")
    with (machine.checkout / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert machine.run("run").stderr == "tuinet: updating .venv ...\n"
    machine.run("check")
    machine.run("run")
    assert [call.endswith(".[dev]") for call in machine.pip_calls] == [True, False, True]


def test_a_moved_checkout_gets_a_new_environment(machine: Machine) -> None:
    machine.run("run")
    stale = machine.checkout / ".venv" / "stale"
    stale.touch()
    moved = machine.home / "elsewhere"
    machine.checkout.rename(moved)
    machine.checkout.symlink_to(moved)
    assert machine.run("run").returncode == 0
    assert not stale.exists()
    assert len(machine.pip_calls) == 2


def test_an_environment_without_its_python_is_made_anew(machine: Machine) -> None:
    machine.run("run")
    python = machine.checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(machine.home / "gone")
    assert machine.run("run").returncode == 0
    assert python.exists()


def test_an_environment_of_the_users_own_is_kept(machine: Machine) -> None:
    bin_directory = machine.checkout / ".venv" / "bin"
    bin_directory.mkdir(parents=True)
    shutil.copy(machine.home / "bin" / "python3", bin_directory / "python")
    (bin_directory / "precious").touch()
    assert machine.run("run").returncode == 0
    assert (bin_directory / "precious").exists()


@pytest.mark.parametrize("moment", ["FAKE_VENV", "FAKE_PIP"])
def test_an_interrupted_installation_heals(machine: Machine, moment: str) -> None:
    assert machine.run("run", **{moment: "kill -KILL 0"}).returncode != 0
    half_made = machine.checkout / ".venv" / "half-made"
    half_made.touch()
    assert machine.run("run").stderr == "tuinet: first use: installing into .venv ...\n"
    assert not half_made.exists()


def test_an_interrupted_update_is_not_trusted(machine: Machine) -> None:
    machine.run("run")
    machine.run("check", FAKE_PIP="kill -KILL 0")
    done = machine.run("run")
    assert (done.returncode, done.stderr) == (0, "tuinet: first use: installing into .venv ...\n")


@pytest.mark.skipif(not shutil.which("flock"), reason="two first uses at once need flock")
def test_two_first_uses_at_once_install_once(machine: Machine) -> None:
    both = [machine.start("run", FAKE_PIP="sleep 0.5") for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in both]
    assert outputs == ["tuinet ran with: \n"] * 2
    assert len(machine.pip_calls) == 1


@pytest.mark.parametrize("script", ["run", "test", "check"])
def test_an_old_python(machine: Machine, script: str) -> None:
    done = machine.run(script, FAKE_VERSION="3.9.18")
    message = "needs Python 3.11 or newer; python3 is 3.9.18. Set PYTHON=/path/to/python3.11"
    assert done.stderr == f"tuinet: {message}\n"
    assert_one_line(done, message)
    assert not (machine.checkout / ".venv").exists()


def test_a_newer_python_beside_an_old_one_is_found(machine: Machine) -> None:
    add_python(machine, "python3.12")
    old = machine.home / "bin" / "python3"
    old.write_text("#!/bin/sh\necho Python 3.10.0\n", encoding="utf-8")
    assert machine.run("run").returncode == 0


def test_no_python(machine: Machine) -> None:
    (machine.home / "bin" / "python3").unlink()
    assert_one_line(machine.run("run"), "needs Python 3.11 or newer; python3 is missing")


def test_the_python_asked_for_is_the_only_candidate(machine: Machine) -> None:
    missing = str(machine.home / "no such python")
    assert_one_line(machine.run("run", PYTHON=missing), f"{missing} is missing")
    chosen = add_python(machine, "my python")
    (machine.home / "bin" / "python3").unlink()
    assert machine.run("run", PYTHON=str(chosen)).returncode == 0


def test_no_venv_module(machine: Machine) -> None:
    done = machine.run("run", FAKE_VENV="echo No module named ensurepip >&2; exit 1")
    assert_one_line(done, "apt install python3-venv", "[No module named ensurepip]")
    assert not (machine.checkout / ".venv").exists()
    assert machine.run("run").returncode == 0


def test_a_failed_update_leaves_what_worked(machine: Machine) -> None:
    machine.run("run")
    failed = machine.run("check", FAKE_PIP="echo 'ERROR: No space left on device' >&2; exit 1")
    assert failed.stderr.splitlines()[-1] == "tuinet: pip failed [No space left on device]"
    assert machine.run("run").stderr == ""


def test_no_network(machine: Machine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    offline = {
        "PYTHON": sys.executable,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": f"http://127.0.0.1:{port}/simple",
        "PIP_RETRIES": "0",
    }
    done = machine.run("run", **offline)
    assert_one_line(done, "there seems to be no network", "[No matching distribution found for ")
    assert not (machine.checkout / ".venv").exists()
    assert machine.run("run").returncode == 0
