"""What is no file, given to the command line in place of one: one line and exit status 2, at once, and nothing lost."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.lessons.factories import MINIMAL
from tuinet.cli.main import main
from tuinet.storage.atomic import write_text

SECONDS: Final = 60
"""Far more than any of it takes, and less than a pipe without a writer."""
SPECIAL: Final = ("fifo", "socket", "loop", "folder", "/dev/zero", "/dev/full", "/dev/tty", "/proc/kmsg", "/dev/stdin")
READERS: Final[dict[str, Sequence[str]]] = {
    "config": ("--config", "{}", "train"),
    "from": ("train", "--from", "{}"),
    "share": ("share", "{}"),
    "lesson": ("lesson", "check", "{}"),
    "load": ("train", "--load", "{}"),
    "theme": ("replay", "{recording}", "--cast", "{new}", "--theme", "{}"),
    "replay": ("replay", "{}"),
    "record": ("record", "{}", "--out", "{new}"),
    "export": ("export", "{}.npz", "--to", "json", "--out", "{new}"),
    "weights": ("train", "--weights", "{}"),
    "dataset": ("train", "--dataset", "{}"),
}
WRITERS: Final[dict[str, Sequence[str]]] = {
    "save": ("train", "--epochs", "1", "--save", "{}"),
    "record": ("record", "--epochs", "2", "--out", "{}"),
    "cast": ("replay", "{recording}", "--cast", "{}"),
    "export": ("export", "--epochs", "1", "--to", "json", "--out", "{}", "--force"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("special")
    os.mkfifo(folder / "fifo")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "folder").mkdir()
    (folder / "fifo.npz").symlink_to(folder / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        # The path of a socket is short.
        with pytest.MonkeyPatch.context() as patched:
            patched.chdir(folder)
            listener.bind("socket")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(sys, "argv", ["tuinet", "record", "--epochs", "2", "--out", str(folder / "recording.npz")])
            with pytest.raises(SystemExit):
                main()
        yield folder


def answer(
    arguments: Sequence[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> str:
    monkeypatch.setattr(sys, "argv", ["tuinet", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    said = capsys.readouterr()
    assert caught.value.code == 2 and said.out == "", said
    assert said.err.startswith("tuinet: ") and said.err.count("\n") == 1, said
    assert os.path.basename(name) in said.err, said
    return said.err


def filled(arguments: Sequence[str], path: str, folder: Path, new: Path) -> list[str]:
    texts = {"{recording}": str(folder / "recording.npz"), "{new}": str(new), "{}": path}
    for place, text in texts.items():
        arguments = [argument.replace(place, text) for argument in arguments]
    return list(arguments)


@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_file_is_not_read(
    reader: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for special in SPECIAL:
        path = os.path.join(folder, special)
        if special in ("/dev/stdin", "/dev/tty", "/proc/kmsg") and not os.path.exists(path):
            continue
        answer(filled(READERS[reader], path, folder, tmp_path / "new"), capsys, monkeypatch, path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("writer", WRITERS)
def test_what_is_no_file_is_not_replaced(
    writer: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for special in ("fifo", "socket", "loop", "/dev/full", "/dev/null", "/dev/stdout"):
        path = os.path.join(folder, special)
        if os.path.isfile(path):
            continue
        before = os.lstat(path)
        answer(filled(WRITERS[writer], path, folder, tmp_path / "new"), capsys, monkeypatch, path)
        after = os.lstat(path)
        assert (before.st_mode, before.st_ino, before.st_rdev) == (after.st_mode, after.st_ino, after.st_rdev)
    assert not [name for name in os.listdir(folder) if name.endswith(".part")]
    assert not [name for name in os.listdir("/dev") if name.endswith(".part")]


def test_a_pipe_in_a_folder_that_is_written_into_is_left(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "run.json")
    with pytest.raises(Exception, match="not a regular file"):
        write_text(tmp_path / "run.json", "x")
    assert stat.S_ISFIFO(os.lstat(tmp_path / "run.json").st_mode)
    assert os.listdir(tmp_path) == ["run.json"]


def tuinet(*arguments: str, given: bytes | None = None, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "tuinet", *arguments],
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        capture_output=True,
        check=False,
        timeout=SECONDS,
        env={**os.environ, **environment},
    )


def test_the_users_own_folders_may_hold_pipes(tmp_path: Path) -> None:
    for name in ("themes/a.toml", "lessons/a.md"):
        path = tmp_path / "tuinet" / name
        path.parent.mkdir(parents=True)
        os.mkfifo(path)
    for command in ("themes", "lesson"):
        done = tuinet(command, XDG_CONFIG_HOME=str(tmp_path))
        assert done.returncode == 0
        assert done.stderr.count(b"\n") == 1 and b"it is not a regular file" in done.stderr


def test_a_configuration_that_is_named_by_the_environment(folder: Path) -> None:
    done = tuinet("train", TUINET_CONFIG=str(folder / "fifo"))
    assert done.returncode == 2
    assert done.stderr.decode() == (f"tuinet: {folder}/fifo: it is not a regular file; name a configuration in TOML\n")


def test_standard_input_is_read_where_it_is_named(folder: Path) -> None:
    line = b"tuinet --dataset moons --seed 3"
    assert tuinet("share", "-", given=line).stdout == tuinet("share", line.decode()).stdout != b""
    assert b'"dataset": "moons"' in tuinet("train", "--from", "-", "--json", "--epochs", "1", given=line).stdout
    for content, words in (
        (b" ", b"there is nothing in it"),
        (b"\xff", b"not UTF-8"),
        (b" " * (2**22 + 1), b"more than 4 MB"),
    ):
        done = tuinet("share", "-", given=content)
        assert done.returncode == 2 and words in done.stderr and done.stderr.count(b"\n") == 1, done


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="there is no /proc")
def test_a_file_that_says_to_be_empty_is_read_up_to_its_limit(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    message = answer(["--config", "/proc/self/status", "train"], capsys, monkeypatch, "/proc/self/status")
    assert "not TOML" in message
    if os.access("/proc/self/pagemap", os.R_OK):
        message = answer(["lesson", "check", "/proc/self/pagemap"], capsys, monkeypatch, "/proc/self/pagemap")
        assert "there are more than 256 kB in it" in message


def test_a_lesson_that_is_there_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.md").write_text(MINIMAL, encoding="utf-8")
    assert tuinet("lesson", "check", str(tmp_path / "good.md")).returncode == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("options", [("datasets",), ("--help",), ("train", "--epochs", "2"), ("train", "--json")])
def test_an_output_without_room_is_one_line_and_what_was_trained_is_saved(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    saved = tmp_path / "run.npz"
    command = [sys.executable, "-m", "tuinet", *options, *(("--save", str(saved)) if options[0] == "train" else ())]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, timeout=SECONDS)
    assert done.returncode == 2
    assert done.stderr.startswith(b"tuinet: standard output: ") and done.stderr.count(b"\n") == 1
    assert saved.exists() == (options[0] == "train")
