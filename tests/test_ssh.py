"""A connection over a real SSH server is cut: the run is on the disk, no process is left, it goes on bit for bit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import ssh
from tests.session.test_session import assert_same
from tests.ssh import SshServer, has_ended, kill, processes_with
from tests.terminal import CTRL_Q, Terminal
from tests.test_survival import QUIT, ROOT, TUINET, epoch, files, paused_at, saved_run
from tuinet.experiment.experiment import Experiment
from tuinet.session.commands import Back, Seek, SwapBranch, Undo
from tuinet.session.edits import Configure
from tuinet.session.session import Session

END_SECONDS = 5.0
"""How soon after the cut nothing may be left of the process."""

pytestmark = pytest.mark.xdist_group("ssh")
"""One process installs the server, where that has to be done."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    reason = ssh.reason_against()
    if reason:
        pytest.skip(reason)
    with SshServer(tmp_path_factory.mktemp("ssh")) as server:
        if reason := server.reason_against():
            pytest.skip(reason)
        yield server


class Login:
    """tuinet at the far end of a connection."""

    def __init__(self, server: SshServer, home: Path, *options: str) -> None:
        self.server, self.home = server, home
        self.terminal = server.start([*TUINET, *options], {"XDG_STATE_HOME": str(home)}, ROOT)

    def pids(self) -> list[int]:
        return processes_with(f"XDG_STATE_HOME={self.home}")

    def cut_at_the_client(self) -> None:
        kill([self.terminal.pid])

    def cut_at_the_server(self) -> None:
        (pid,) = self.pids()
        servants = self.server.servants(pid)
        assert servants
        kill(servants)

    def hang_up(self) -> None:
        self.terminal.hang_up()

    def wait_for_the_end(self) -> None:
        deadline = time.monotonic() + END_SECONDS
        while left := self.pids():
            for pid in left:
                assert has_ended(pid, deadline - time.monotonic()), f"{left} live on"


Cut = Callable[[Login], None]
CUTS = [Login.cut_at_the_client, Login.cut_at_the_server, Login.hang_up]


def set_learning_rate_at_200() -> Session:
    """What the keys do below: a change in the past makes a branch, and what was trained before it stays as another."""
    session = Session(Experiment())
    session.advance(200)
    session.edit(Back("epoch"))
    session.edit(Configure.of(learning_rate=1.0))
    session.advance(3)
    return session


def play(terminal: Terminal) -> None:
    terminal.wait_until(paused_at(200))
    terminal.press("S")
    terminal.wait_until(paused_at(199))
    terminal.press(")")
    terminal.wait_for("learning rate 1")
    for number in (200, 201, 202):
        terminal.press("s")
        terminal.wait_until(paused_at(number))


def assert_same_past(first: Session, second: Session) -> None:
    """Wherever one goes in time, and on whatever branch, both show the same."""
    for command in (Seek(150), Seek(202), SwapBranch(), Seek(200), SwapBranch(), Undo()):
        if isinstance(command, (SwapBranch, Undo)):
            assert first.branches.reason_against(command, first.now) == ""
            assert second.branches.reason_against(command, second.now) == ""
        first.edit(command)
        second.edit(command)
        assert_same(first, second)


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut.__name__)
def test_a_connection_that_is_cut_loses_nothing(server: SshServer, tmp_path: Path, cut: Cut) -> None:
    login = Login(server, tmp_path, "--speed", "max", "--epochs", "200")
    with login.terminal as terminal:
        play(terminal)
        cut(login)
        login.wait_for_the_end()
    assert_same(saved_run(tmp_path), set_learning_rate_at_200())
    assert_same_past(saved_run(tmp_path), set_learning_rate_at_200())

    login = Login(server, tmp_path, "--resume", "--speed", "max", "--epochs", "300")
    with login.terminal as terminal:
        terminal.wait_until(paused_at(300))
        cut(login)
        login.wait_for_the_end()
    expected = set_learning_rate_at_200()
    expected.advance(300 - expected.run.epoch)
    assert_same(saved_run(tmp_path), expected)
    assert_same_past(saved_run(tmp_path), expected)


@pytest.mark.parametrize("speed", ["100", "max"])
def test_a_connection_that_is_cut_while_it_trains_costs_nothing_that_was_seen(
    server: SshServer, tmp_path: Path, speed: str
) -> None:
    login = Login(server, tmp_path, "--speed", speed)
    with login.terminal as terminal:
        terminal.wait_until(lambda screen: epoch(screen) > 50)
        seen = epoch(terminal.text())
        login.cut_at_the_client()
        login.wait_for_the_end()
    session = saved_run(tmp_path)
    assert session.run.epoch >= seen
    expected = Session(Experiment())
    expected.advance(session.run.epoch)
    assert_same(session, expected)


def test_leaving_in_good_order_keeps_the_run(server: SshServer, tmp_path: Path) -> None:
    login = Login(server, tmp_path)
    with login.terminal as terminal:
        terminal.wait_until(lambda screen: epoch(screen) > 20)
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
        login.wait_for_the_end()
    assert files(tmp_path) == QUIT
