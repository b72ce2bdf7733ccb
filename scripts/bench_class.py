"""A class of real programs in pseudo-terminals: one teacher at full speed, and those who follow.

    python scripts/bench_class.py [--followers 30] [--seconds 60] [--rounds 8] [--dataset xor] …

First the followers are stopped and go on in turn: the teacher's share is what it trains with them to what it trains
without, in windows side by side, so that other work on the machine counts on both sides. Then the teacher makes 100
random edits, pauses, steps back and sets up a lesson's run in between, while some follower's key forks; the parameters
of all are compared with the teacher's wherever they meet. In the end ten are killed and come back, and three strangers
send garbage, flood, and stop reading.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench_pty import Program

STATUS_SECONDS = 0.25
LOOK_SECONDS = 0.02
BYTES_A_SECOND = 1000.0
LEAST_SHARE = 0.8
SETTLING = 8.0
WINDOW = 4.0
"""Seconds for which followers are stopped: shorter than after which they would be dropped."""


# The teacher's program: `tuinet teach`, and a thread that acts and writes down what the class is like.


def teach(place: str, log: str, orders: str, options: Sequence[str]) -> None:
    from tuinet.classroom.server import ClassServer
    from tuinet.cli.main import cli

    opened = ClassServer.open

    def open_and_watch(self: ClassServer) -> None:
        opened(self)
        threading.Thread(target=_watch, args=(self, Path(log), Path(orders)), daemon=True).start()

    ClassServer.open = open_and_watch  # type: ignore[method-assign]
    cli.main(["teach", "--socket", place, "--no-question", *options], standalone_mode=False)


def _watch(server: Any, log: Path, orders: Path) -> None:
    done = 0
    with log.open("w", encoding="utf-8") as file:
        while True:
            for order in orders.read_text(encoding="utf-8").splitlines()[done:]:
                done += 1
                _act(server._runner, random.Random(order), order)
            seen, snapshot = server.classroom, server._runner._session.run
            record = {
                "time": time.monotonic(),
                "step": snapshot.step_count,
                "running": server._runner._running,
                "run": server._runner.own.number,
                "done": done,
                "followers": seen.followers,
                "forked": seen.forked,
                "agreeing": seen.agreeing,
                "differing": seen.differing,
                "same": server.comparisons[True],
                "other": server.comparisons[False],
                "bytes": server.bytes_sent,
            }
            file.write(json.dumps(record) + "\n")
            file.flush()
            time.sleep(STATUS_SECONDS)


def _act(runner: Any, chance: random.Random, order: str) -> None:
    """One command of the teacher's, as an order says."""
    from tuinet.experiment.presets import make_experiment
    from tuinet.session import commands
    from tuinet.session.edits import AddPoint, Configure, RemovePoint, SetOptimizer, SetParameter

    made: dict[str, Callable[[], Any]] = {
        "pause": commands.Pause,
        "resume": commands.Resume,
        "back": lambda: commands.Back("epoch"),
        "phase": lambda: commands.Step("phase"),
        "step": commands.Step,
        "undo": commands.Undo,
        "swap": commands.SwapBranch,
        "lesson": lambda: commands.SetUp(make_experiment(dataset="and", hidden=()), chance.randrange(1, 100)),
        "home": commands.BringBack,
        "rate": lambda: Configure.of(learning_rate=round(10 ** chance.uniform(-2, 0.3), 4)),
        "weight": lambda: SetParameter(1, None, 0, chance.uniform(-3, 3)),
        "point": lambda: AddPoint((chance.random(), chance.random()), float(chance.randrange(2))),
        "unpoint": lambda: RemovePoint(chance.randrange(3)),
        "optimizer": lambda: SetOptimizer(chance.choice(["sgd", "momentum", "adam"])),
        "layers": lambda: Configure.of(hidden=chance.choice([(2,), (3,), (4,)])),
        "activation": lambda: Configure.of(activation=(chance.choice(["sigmoid", "tanh", "relu"]),)),
        "batch": lambda: Configure.of(batch_size=chance.choice([1, 2, 3, 0])),
        "seed": lambda: commands.Reinitialize(chance.randrange(1000)),
    }
    runner.send(made[order.split(maxsplit=1)[0]]())


EDITS = ("rate", "weight", "point", "unpoint", "optimizer", "layers", "activation", "batch", "seed")


# The bench itself.


class Class:
    """A teacher and followers, all in pseudo-terminals whose output is read all the time."""

    def __init__(self, folder: Path, options: Sequence[str]) -> None:
        self._stack = ExitStack()
        self.place, self._log, self._orders = (folder / name for name in ("s.socket", "log", "orders"))
        self._orders.touch()
        script, files = str(Path(__file__)), [str(self.place), str(self._log), str(self._orders)]
        self.teacher = self._stack.enter_context(Program([sys.executable, script, "--teach", *files, *options]))
        self.followers: list[Program] = []
        self._sent = 0
        self.wait(lambda: self._log.exists() and bool(self._log.read_text(encoding="utf-8")))

    def __enter__(self) -> Class:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def join(self, count: int) -> None:
        command = [sys.executable, "-m", "tuinet", "follow", "--socket", str(self.place)]
        for _ in range(count):
            self.followers.append(self._stack.enter_context(Program(command)))

    def order(self, *words: str) -> None:
        with self._orders.open("a", encoding="utf-8") as file:
            for word in words:
                self._sent += 1
                file.write(f"{word} {self._sent}\n")

    def pump(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for program in (self.teacher, *self.followers):
                program.look()
            time.sleep(min(LOOK_SECONDS, left))

    def wait(self, holds: Callable[[], bool], seconds: float = 120.0) -> float:
        begun = time.monotonic()
        while not holds():
            if time.monotonic() - begun > seconds:
                raise TimeoutError(f"what was waited for never came; {self.state() if self._log.exists() else ''}")
            if hasattr(self, "followers"):
                self.pump(0.1)
            else:
                self.teacher.pump(0.1)
        return time.monotonic() - begun

    def records(self) -> list[dict[str, Any]]:
        lines = self._log.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def state(self) -> dict[str, Any]:
        return self.records()[-1]

    def signal(self, number: int) -> None:
        for follower in self.followers:
            follower.end(number)

    def rate(self, seconds: float, settling: float = 0.5) -> float:
        """Steps a second of the teacher."""
        self.pump(settling)
        first = self.state()
        self.pump(seconds)
        last = self.state()
        return float((last["step"] - first["step"]) / (last["time"] - first["time"]))

    def bytes_a_second(self, since: dict[str, Any]) -> list[float]:
        last = self.state()
        seconds = last["time"] - since["time"]
        return [(sent - since["bytes"].get(key, 0)) / seconds for key, sent in last["bytes"].items()]


@contextmanager
def stopped(some: Class) -> Iterator[None]:
    some.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        some.signal(signal.SIGCONT)


def say(name: str, value: str, is_right: bool | None = None) -> None:
    print(
        f"{name:<58} {value:>24} {'' if is_right is None else 'ok' if is_right else 'NOT AS IT SHOULD BE'}", flush=True
    )


def measure_share(some: Class, rounds: int) -> None:
    shares = []
    for _ in range(rounds):
        # Whoever was stopped catches up first.
        with_them = some.rate(WINDOW, SETTLING)
        with stopped(some):
            without = some.rate(WINDOW)
        shares.append(with_them / without)
    say("the teacher's training share, median of windows", f"{median(shares):.3f}", median(shares) >= LEAST_SHARE)
    say("  of each pair of windows", " ".join(f"{one:.2f}" for one in shares))


def measure_bytes(some: Class, seconds: float) -> None:
    since, begun = some.state(), [one.cpu_seconds() for one in some.followers]
    before, drawn = some.teacher.cpu_seconds(), [one.bytes_arrived for one in some.followers]
    some.pump(seconds)
    last, rates = some.state(), some.bytes_a_second(since)
    passed = last["time"] - since["time"]
    frames = [(one.bytes_arrived - had) / passed for one, had in zip(some.followers, drawn, strict=True)]
    cpu = [(one.cpu_seconds() - had) / passed for one, had in zip(some.followers, begun, strict=True)]
    own = some.teacher.cpu_seconds() - before
    say("processor of a follower, mean and most", f"{sum(cpu) / len(cpu):.4f} {max(cpu):.4f}")
    say("processors of all of them, and of the teacher", f"{sum(cpu):.2f} {own / passed:.2f}")
    say("steps of the teacher in a second of its processor", f"{(last['step'] - since['step']) / own:,.0f}")
    say("bytes/s for a follower, mean", f"{sum(rates) / len(rates):.0f}")
    say("bytes/s for a follower, most", f"{max(rates):.0f}", max(rates) < BYTES_A_SECOND)
    say("bytes/s drawn by a follower, mean", f"{sum(frames) / len(frames):,.0f}")


def measure_events(some: Class, seconds: float, edits: int) -> None:
    chance = random.Random(1)
    before = some.state()
    plan = [chance.choice(EDITS) for _ in range(edits)]
    for place in range(0, edits, 10):
        plan[place] += " pause back phase step resume"
    plan[edits // 3] += " undo swap resume"
    plan[edits // 2] += " lesson resume"
    plan[edits // 2 + edits // 10] += " home resume"
    forked, have_forked = 0, set[int]()
    for place, words in enumerate(plan):
        some.order(*words.split())
        if place % 10 == 5 and some.followers:
            # The same key forks, and goes back.
            number = chance.randrange(len(some.followers))
            some.followers[number].press("f")
            have_forked ^= {number}
        some.pump(seconds / edits)
        forked = max(forked, some.state()["forked"])
    for number in have_forked:
        some.followers[number].press("f")
    some.order("pause")
    everybody = len(some.followers)
    took = some.wait(lambda: some.state()["agreeing"] == everybody and not some.state()["running"], 60)
    after = some.state()
    same, other = after["same"] - before["same"], after["other"] - before["other"]
    say(f"edits in {seconds:.0f} s, all obeyed", f"{after['done'] - before['done']}")
    say("forked at a time, most", f"{forked}", forked > 0)
    say("compared: the same to the bit, and not", f"{same} {other}", same > 0 and other == 0)
    say("seconds after the pause until all agree", f"{took:.1f}", True)


def measure_kills(some: Class, count: int) -> None:
    everybody = len(some.followers)
    killed, some.followers = some.followers[:count], some.followers[count:]
    for one in killed:
        one.end()
    took = some.wait(lambda: some.state()["followers"] == everybody - count, 30)
    say(f"{count} killed; seconds until the teacher knows", f"{took:.1f}", True)
    some.join(count)
    took = some.wait(lambda: some.state()["followers"] == some.state()["agreeing"] == everybody, 120)
    say("and back; seconds until all agree", f"{took:.1f}", True)


def _garbage(place: Path) -> socket.socket:
    one = socket.socket(socket.AF_UNIX)
    one.connect(str(place))
    with contextlib.suppress(OSError):
        one.sendall(os.urandom(100_000))
    return one


def _flood(place: Path) -> socket.socket:
    one = socket.socket(socket.AF_UNIX)
    one.connect(str(place))
    hello, sign = (json.dumps(value).encode() for value in ({"m": "Hello", "version": 1}, {"m": "Wrong"}))
    with contextlib.suppress(OSError):
        for text in (hello, *[sign] * 10_000):
            one.sendall(struct.pack(">I", len(text) + 1) + b"j" + text)
    return one


def _mute(place: Path) -> socket.socket:
    one = socket.socket(socket.AF_UNIX)
    one.connect(str(place))
    text = json.dumps({"m": "Hello", "version": 1}).encode()
    one.sendall(struct.pack(">I", len(text) + 1) + b"j" + text)
    return one


def measure_strangers(some: Class) -> None:
    everybody, before = len(some.followers), some.state()
    some.order("resume")
    some.pump(1)
    calm = some.rate(WINDOW)
    strangers = [make(some.place) for make in (_garbage, _flood, _mute) for _ in range(5)]
    troubled = some.rate(WINDOW)
    for one in strangers:
        one.close()
    some.order("pause")
    some.wait(lambda: some.state()["followers"] == some.state()["agreeing"] == everybody, 60)
    say("training beside strangers who send garbage, flood or are mute", f"{troubled / calm:.2f}", troubled > calm / 2)
    other = some.state()["other"] - before["other"]
    say("all follow and agree after that; differences", f"{everybody} {other}", other == 0)


def main() -> None:
    if "--teach" in sys.argv:
        place, log, orders, *options = sys.argv[2:]
        teach(place, log, orders, options)
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--followers", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--edits", type=int, default=100)
    parser.add_argument("--killed", type=int, default=10)
    parser.add_argument("--only", choices=["share", "bytes", "events", "kills", "strangers"], action="append")
    arguments, options = parser.parse_known_args()
    wanted = arguments.only or ["share", "bytes", "events", "kills", "strangers"]
    with tempfile.TemporaryDirectory() as folder, Class(Path(folder), ["--speed", "max", *options]) as some:
        some.pump(3)
        before = some.teacher.cpu_seconds(), some.state()
        say("steps/s of the teacher alone", f"{some.rate(WINDOW):,.0f}")
        own, steps = some.teacher.cpu_seconds() - before[0], some.state()["step"] - before[1]["step"]
        say("steps of the teacher alone in a second of its processor", f"{steps / own:,.0f}")
        some.join(arguments.followers)
        took = some.wait(lambda: some.state()["followers"] == arguments.followers, 180)
        say(f"seconds until {arguments.followers} follow", f"{took:.1f}")
        some.pump(8)
        if "share" in wanted:
            measure_share(some, arguments.rounds)
        if "bytes" in wanted:
            measure_bytes(some, arguments.seconds)
        if "events" in wanted:
            measure_events(some, arguments.seconds, arguments.edits)
        if "kills" in wanted:
            measure_kills(some, min(arguments.killed, arguments.followers))
        if "strangers" in wanted:
            measure_strangers(some)


if __name__ == "__main__":
    main()
