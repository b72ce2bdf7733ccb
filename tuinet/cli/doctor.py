"""``tuinet doctor``: what tuinet finds where it is started, a line for each fact."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict

import click
import numpy as np

from tuinet import configuration
from tuinet.cli import findings
from tuinet.cli.config import Configured, configured_by
from tuinet.cli.findings import Fact
from tuinet.errors import TuinetError
from tuinet.nn.arithmetic import has_usual_tanh
from tuinet.options import GroupedHelp
from tuinet.output import write_data, write_lines
from tuinet.storage.keeping import known_runs, run_store
from tuinet.tui.style.theme_file import user_folder


@click.command("doctor", cls=GroupedHelp)
@click.option("--json", "as_json", is_flag=True, help="Write a JSON list to standard output.")
@click.pass_context
def doctor_command(context: click.Context, as_json: bool) -> None:
    """Say what tuinet finds here: terminal, link, versions, folders.

    Each line is ok, a note, or a problem with its remedy.

    Exit status: 0 no problem, 1 a problem, 2 bad usage.
    """
    facts = list(_facts(configured_by(context)))
    if as_json:
        write_data(*json.dumps([asdict(fact) for fact in facts], indent=1).split("\n"))
    else:
        write_lines(findings.aligned(facts))
    sys.exit(1 if any(fact.verdict == "problem" for fact in facts) else 0)


def _facts(configured: Configured) -> Iterator[Fact]:
    streams = {"input": sys.stdin.isatty(), "output": sys.stdout.isatty()}
    yield from findings.terminal_findings(os.environ, sys.stdout.encoding, _size(), streams)
    yield findings.round_trip_finding()
    yield from findings.version_findings()
    yield findings.blas_finding(np.show_config(mode="dicts"), os.environ)
    yield findings.arithmetic_finding(has_usual_tanh())
    yield _configuration(configured)
    yield findings.folder_finding("configuration folder", lambda: configuration.usual_path().parent, "make it yours")
    yield findings.folder_finding("themes", user_folder, "make it yours, to add themes")
    yield from _themes()
    yield findings.folder_finding("saved runs", lambda: run_store().folder, "make it yours, so that runs can be saved")
    yield from _runs()


def _size() -> os.terminal_size | None:
    try:
        return os.get_terminal_size(sys.stdout.fileno())
    except (OSError, ValueError):
        return None


def _configuration(configured: Configured) -> Fact:
    if configured.error is not None:
        return Fact("configuration", str(configured.error), "problem", "mend it, or start with --no-config")
    file = configured.configuration
    if file.path is None:
        return Fact("configuration", "none is used")
    if not file.text:
        return Fact("configuration", f"{file.path} (there is none)")
    if file.keys:
        from tuinet.tui.configured_keys import make_keymap  # noqa: PLC0415 - who has changed no key need not wait for it

        try:
            make_keymap(file)
        except TuinetError as error:
            return Fact("configuration", str(error), "problem", "mend it, or start with --no-config")
    return Fact("configuration", str(file.path))


def _themes() -> Iterator[Fact]:
    from tuinet.tui.style.theme import catalogue  # noqa: PLC0415 - as above

    for entry in catalogue():
        if entry.error is not None:
            yield Fact("theme file", str(entry.error), "problem", "mend it, or take it away")


def _runs() -> Iterator[Fact]:
    try:
        store = run_store()
    except OSError:
        return
    yield from findings.privacy_findings(store.folder.parent, store.folder)
    strangers = findings.strangers_finding(store.strangers())
    if strangers is not None:
        yield strangers
    interrupted = [run for run in known_runs(store) if not run.stored.has_ended]
    yield findings.runs_finding(len(interrupted), store.folder)
    yield findings.disk_finding(store.folder, lambda folder: shutil.disk_usage(folder).free)
