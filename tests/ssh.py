"""A real SSH server of one's own on the loopback address, and logins to it."""

from __future__ import annotations

import contextlib
import os
import pwd
import select
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.terminal import Terminal

_PACKAGES: Final = ("openssh-server", "openssh-client")
_FOLDERS: Final = os.pathsep.join(("/usr/sbin", "/usr/local/sbin", os.environ.get("PATH", "")))
_POLICY: Final = Path("/usr/sbin/policy-rc.d")
_SEPARATION: Final = Path("/run/sshd")
_ARITHMETIC: Final = ("OPENBLAS_", "OMP_", "MKL_", "BLIS_", "NPY_")
_INSTALL_SECONDS: Final = 150
_CONFIG: Final = """
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/client_key.pub
PidFile none
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
PermitRootLogin yes
"""


def find(name: str) -> str | None:
    """A program of SSH, wherever it is."""
    return shutil.which(name, path=_FOLDERS)


def reason_against() -> str:
    """Why there is no SSH server to be had here; installs it where that is possible."""
    if not Path("/proc/self/environ").exists():
        return "there is no /proc, in which processes are looked for"
    if not _missing():
        return ""
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        return f"there is no {_missing()}, and only root can install it, with apt-get"
    said = _install()
    return f"{_missing()} could not be installed: {said}" if _missing() else ""


class SshServer:
    """Serves the user whom it belongs to. Use it in a with statement.

    Parameters
    ----------
    folder
        For its keys and its log.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("host_key", "client_key"):
            _run([find("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], 30)
        (folder / "config").write_text(_CONFIG.format(folder=folder))
        if os.getuid() == 0:
            _SEPARATION.mkdir(mode=0o755, exist_ok=True)
        self.port = _free_port()
        self._log = (folder / "log").open("wb")
        command = [find("sshd") or "", "-D", "-e", "-f", str(folder / "config"), "-p", str(self.port)]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=self._log, start_new_session=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()
        self._log.close()

    def reason_against(self) -> str:
        """Why nobody can log in; empty where it works."""
        said = ""
        deadline = time.monotonic() + 20
        while self._process.poll() is None and time.monotonic() < deadline:
            done = _run([*self._client(), "127.0.0.1", "true"], 20)
            if done.returncode == 0:
                return ""
            said = done.stderr
            if "refused" not in said.lower():
                break
        return f"no login to the SSH server: {said} {(self._folder / 'log').read_text()}"

    def start(self, command: Sequence[str], env: dict[str, str], cwd: Path) -> Terminal:
        """A terminal from which somebody has logged in to run a command."""
        # A login has an environment of its own, where other kernels may be chosen, which round otherwise.
        arithmetic = {name: value for name, value in os.environ.items() if name.startswith(_ARITHMETIC)}
        line = ["env", *(f"{name}={value}" for name, value in {**arithmetic, **env}.items()), *command]
        remote = f"cd {shlex.quote(str(cwd))} && exec {shlex.join(line)}"
        return Terminal([*self._client(), "-tt", "127.0.0.1", remote])

    def servants(self, pid: int) -> list[int]:
        """The processes that serve the connection over which a process was started."""
        found = []
        parent = _parent(pid)
        while parent not in (0, 1, self._process.pid):
            found.append(parent)
            parent = _parent(parent)
        return found if parent == self._process.pid else []

    def _client(self) -> list[str]:
        ssh = find("ssh")
        assert ssh is not None
        options = ["BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"]
        chosen = [word for option in options for word in ("-o", option)]
        key, user = str(self._folder / "client_key"), pwd.getpwuid(os.getuid()).pw_name
        return [ssh, "-F", "/dev/null", *chosen, "-i", key, "-l", user, "-p", str(self.port)]


def processes_with(variable: str) -> list[int]:
    """Processes that live and were started with this in their environment, such as ``HOME=/root``."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit() and variable.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _parent(pid: int) -> int:
    status = Path(f"/proc/{pid}/stat").read_text()
    return int(status.rpartition(")")[2].split()[1])


def _missing() -> str:
    return ", ".join(name for name in ("ssh", "sshd", "ssh-keygen") if find(name) is None)


def _install() -> str:
    """What went wrong, if anything did."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    said = ""
    with _no_services():
        for words in (["update"], ["install", "-y", "--no-install-recommends", *_PACKAGES]):
            try:
                done = _run(["apt-get", "-q", *words], _INSTALL_SECONDS, env)
            except subprocess.TimeoutExpired:
                return f"apt-get {words[0]} took longer than {_INSTALL_SECONDS} s"
            said = " ".join(done.stderr.split())[-300:]
    return said


@contextlib.contextmanager
def _no_services() -> Iterator[None]:
    """Debian starts what it installs, unless this program says no: nobody has asked for a server on port 22."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()


def _free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port


def _run(
    command: Sequence[str | None], seconds: float, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    words = [word for word in command if word is not None]
    return subprocess.run(
        words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds, env=env, check=False
    )


def kill(pids: Sequence[int]) -> None:
    """End processes that this test has started, without a word."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def has_ended(pid: int, seconds: float) -> bool:
    """Whether a process, whosever child it is, ends within so many seconds."""
    try:
        ending = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([ending], [], [], max(seconds, 0.0))[0])
    finally:
        os.close(ending)
