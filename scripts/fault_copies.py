"""A copy of the tree in which faults are planted and tests run: what they start and write goes with it."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

MARK = "TUINET_FAULTS"
"""Variable of the environment by which the processes of a copy are known."""
_LEFT_BEHIND = shutil.ignore_patterns(".git", ".venv*", ".*_cache", ".hypothesis", "__pycache__", "build", "dist")
_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
_PYTEST = (*("-x", "-q", "-n", "0", "-p", "no:cacheprovider"), "--tb=no", "-rfE", "--hypothesis-seed=0")


class Copy:
    """A copy of the tree, as it is and not as it was committed. Use it in a with statement.

    Parameters
    ----------
    root
        The tree.
    """

    def __init__(self, root: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="tuinet-faults-"))
        self.root = self._folder / "tree"
        self._scratch = self._folder / "scratch"
        self._mark = uuid.uuid4().hex
        # Python takes a compiled module for current if the source has the same size and second: each gets its own.
        self._seconds = itertools.count(1_000_000_000)
        self._passed: set[str] = set()
        shutil.copytree(root, self.root, ignore=_LEFT_BEHIND, symlinks=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_processes()
        shutil.rmtree(self._folder, ignore_errors=True)

    def source(self, file: str) -> str:
        """A file's text; none of a file that is not there."""
        path = self.root / file
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @contextmanager
    def changed(self, file: str, source: str) -> Iterator[None]:
        """While it lasts, the file reads otherwise."""
        before = self.source(file)
        self._write(file, source)
        try:
            yield
        finally:
            self._write(file, before)

    def _write(self, file: str, source: str) -> None:
        path, second = self.root / file, next(self._seconds)
        path.write_text(source, encoding="utf-8")
        os.utime(path, (second, second))

    def test(self, modules: Sequence[str], seconds: float, without: Sequence[str] = ()) -> str | None:
        """The first test that fails, or how else they end; ``None`` if all pass."""
        status, output = self._pytest([*modules, *(f"--deselect={test}" for test in without)], seconds)
        if status is None:
            return f"no end within {seconds:.0f} s"
        if status in {0, 5}:  # 5: there was no test to run
            return None
        failed = _FAILED.search(output)
        return failed.group(1) if failed else f"pytest ended with {status}"

    def passes(self, failure: str, seconds: float) -> bool:
        """Whether what failed does not fail in the tree as it is; what is no test's name is taken for granted."""
        test = failure if (self.root / failure.partition("::")[0]).is_file() else ""
        if test and test not in self._passed:
            status, _ = self._pytest([test, *([] if "::" in test else ["--collect-only"])], seconds)
            if status != 0:
                return False
            self._passed.add(test)
        return True

    def _pytest(self, arguments: Sequence[str], seconds: float) -> tuple[int | None, str]:
        """The exit status, ``None`` for no end in time, and what was written."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir()
        # A file and no pipe: what a test leaves running keeps a pipe open.
        with (self._scratch / "output").open("w+", encoding="utf-8", errors="replace") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "pytest", "--rootdir", self.root, *_PYTEST, *arguments],
                cwd=self.root,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                status = process.wait(seconds)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                process.kill()
                self._end_processes()
                process.wait()
            output.seek(0)
            return status, output.read()

    def _environment(self) -> dict[str, str]:
        """A fault may write or delete where it should not: nothing of the user's is where it looks first."""
        own = {name: str(self._scratch) for name in ("HOME", "TMPDIR", "HYPOTHESIS_STORAGE_DIRECTORY")}
        folders = {f"XDG_{name}_HOME": str(self._scratch / name) for name in ("STATE", "CONFIG", "DATA", "CACHE")}
        return {**os.environ, **own, **folders, "PYTHONPATH": str(self.root), MARK: self._mark}

    def _end_processes(self) -> None:
        """Those of this copy, in whatever session: a program in a pseudo-terminal may outlive its test."""
        for environment in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if f"{MARK}={self._mark}".encode() in environment.read_bytes():
                    os.kill(int(environment.parent.name), signal.SIGKILL)
