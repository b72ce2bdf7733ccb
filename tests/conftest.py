from __future__ import annotations

import gc
import os
import signal
import tempfile

import pytest
from hypothesis import settings

from tests.waiting import RETRIES, waits
from tuinet.configuration import VARIABLE
from tuinet.nn.arithmetic import ARITHMETICS

# How long an example takes is up to the machine.
settings.register_profile("tuinet", deadline=None)
settings.load_profile("tuinet")

# Applications are made and thrown away by the hundred: the usual 700 objects come together in milliseconds.
_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests marked long, too")


def pytest_configure(config: pytest.Config) -> None:
    """What the user has configured must change no test, nor be changed by one."""
    folder = tempfile.TemporaryDirectory(prefix="tuinet-test-")
    config.add_cleanup(folder.cleanup)
    os.environ["XDG_CONFIG_HOME"] = folder.name
    os.environ[VARIABLE] = ""
    # A shell ignores SIGINT in what it starts in the background, nohup SIGHUP, and so would every program that tests
    # start and send these signals.
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


# Before the marks select anything.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in filter(waits, items):
        item.add_marker("terminal")
        item.add_marker(pytest.mark.flaky(reruns=RETRIES))
    if config.getoption("--long") or config.getoption("markexpr"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Nothing is tried again in silence."""
    retried = [report.nodeid for report in terminalreporter.stats.get("rerun", [])]
    if retried:
        terminalreporter.write_line(f"{len(retried)} retried, since what they wait for can be late:", yellow=True)
        for name in retried:
            terminalreporter.write_line(f"  {name}")


def pytest_collection_finish() -> None:
    """Modules and tests stay for good: looking for garbage among them takes a fifth of the time of a test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)


@pytest.fixture(params=ARITHMETICS)
def arithmetic(request: pytest.FixtureRequest) -> str:
    """The name of each arithmetic: what is true of the engine is true in both."""
    return str(request.param)
