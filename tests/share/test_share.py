from __future__ import annotations

import json
import shlex
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.share.runs import COMMANDS, experiments
from tuinet.cli.opening import open_run
from tuinet.data.generators import DATASETS
from tuinet.errors import TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import DEFAULTS, OLDER, make_experiment
from tuinet.nn.arithmetic import has_usual_tanh
from tuinet.session.commands import Reinitialize, Undo
from tuinet.session.edits import AddPoint, Configure, EditCommand, SetParameter
from tuinet.session.session import Session
from tuinet.session.timeline import Edit, Position, SavedSession, Trajectory
from tuinet.share.edits import command_text, edit_text, read_command, read_edit
from tuinet.share.line import given_fields, line_of
from tuinet.share.reading import read_shared
from tuinet.share.record import to_json
from tuinet.share.shared import Shared, ShareError, files_of, share
from tuinet.storage import session_file


def assert_leads_to(text: str, session: Session) -> None:
    opened = open_run(None, {"shared": text})
    assert opened.warning == ""
    other = opened.session
    assert (other.run.epoch, other.run.batch, other.run.phase) == (
        session.run.epoch,
        session.run.batch,
        session.run.phase,
    )
    np.testing.assert_array_equal(other.run.parameters.vector, session.run.parameters.vector)
    other.advance_steps(3)
    ahead = Session.from_saved(session.save())
    ahead.advance_steps(3)
    np.testing.assert_array_equal(other.run.parameters.vector, ahead.run.parameters.vector)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    experiment=experiments(),
    ways=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3), COMMANDS), max_size=5),
    last=st.tuples(st.integers(0, 40), st.integers(0, 3)),
)
def test_a_line_and_its_json_lead_to_the_same_bits(
    experiment: Experiment, ways: list[tuple[int, int, EditCommand]], last: tuple[int, int]
) -> None:
    try:
        session = Session(experiment)
    except TuinetError:
        return
    for steps, phases, command in [*ways, (*last, None)]:
        session.advance_steps(steps)
        for _ in range(phases):
            session.step("phase")
        if command is not None:
            with suppress(TuinetError):
                session.edit(command)
    shared = share(session.trajectory())
    assert_leads_to(line_of(shared), session)
    assert_leads_to(to_json(shared), session)


@given(COMMANDS)
def test_a_command_is_read_back(command: EditCommand) -> None:
    assert read_command(command_text(command)) == command


@given(experiments())
def test_given_fields_make_the_same_experiment(experiment: Experiment) -> None:
    assert make_experiment(**given_fields(experiment)) == replace(experiment, added=(), removed=(), cleared=False)


def test_edits_read_like_sentences() -> None:
    edits = [
        (Edit(Position(300), Configure.of(learning_rate=0.1)), "@300 learning_rate=0.1"),
        (Edit(Position(300, 4), SetParameter(1, 0, 1, 0.5)), "@300:4 W1[1,2]=0.5"),
        (Edit(Position(0), SetParameter(2, None, 0, -3.0)), "@0 b2[1]=-3"),
        (Edit(Position(7), AddPoint((0.1, 1 / 3), 1.0)), "@7 add 0.1,0.3333333333333333 1"),
        (Edit(Position(7), Configure((("dataset", "my points.csv"),))), "@7 'dataset=my points.csv'"),
    ]
    for edit, text in edits:
        assert edit_text(edit) == text
        assert edit_text(read_edit(text)) == text


def test_a_line_says_only_what_is_not_usual() -> None:
    session = Session(make_experiment(dataset="moons", optimizer="adam"))
    session.advance(2)
    assert line_of(share(session.trajectory())) == (
        f"tuinet --defaults {DEFAULTS} --dataset moons --optimizer adam --seed 1 --at 50 --paused"
        f" --expect {session.trajectory().digest}"
    )


def test_time_travel_shares_the_present_branch_up_to_now() -> None:
    session = Session(Experiment())
    session.advance(10)
    session.edit(Configure.of(learning_rate=0.25))
    session.advance(10)
    session.edit(SetParameter(1, 0, 0, 2.0))
    session.edit(Undo())
    session.step("phase")
    assert line_of(share(session.trajectory())).count("--edit") == 1
    assert_leads_to(line_of(share(session.trajectory())), session)
    session.advance_steps(1)
    session.edit(AddPoint((0.5, 0.5), 1.0))
    session.edit(Reinitialize(9))
    session.advance(4)
    line = line_of(share(session.trajectory()))
    assert "--points" in line and "--seed 9" in line
    assert_leads_to(line, session)


def test_a_past_that_was_forgotten_needs_its_file(tmp_path: Path) -> None:
    session = Session(Experiment())
    session.advance(10)
    session.restore(SavedSession(session.run.checkpoint()))
    session.edit(Configure.of(learning_rate=0.25))
    session.advance(5)
    with pytest.raises(ShareError, match="before step 10"):
        share(session.trajectory())
    path = tmp_path / "a run.npz"
    session_file.write(path, session.save())
    loaded = Session.from_saved(session_file.read(path), str(path))
    loaded.edit(Configure.of(learning_rate=0.125))
    loaded.advance(3)
    shared = share(loaded.trajectory())
    assert files_of(shared) == (str(path),)
    assert_leads_to(line_of(shared), loaded)
    assert_leads_to(to_json(shared), loaded)


@pytest.mark.parametrize(
    "pasted",
    [
        "{}",
        "$ {}",
        "me@host:~/work$ {}\n",
        "{}\r\n",
        " python -m {}",
    ],
)
def test_a_line_is_taken_as_it_is_pasted(pasted: str) -> None:
    trajectory = Trajectory(
        make_experiment(dataset="moons"), (Edit(Position(3), Configure.of(learning_rate=0.1)),), Position(9)
    )
    line = line_of(Shared(trajectory, speed=None))
    assert read_shared(pasted.format(line)) == Shared(trajectory, speed=None)
    assert read_shared(pasted.format(line.replace(" --", " \\\n  --"))) == Shared(trajectory, speed=None)
    assert read_shared(pasted.format(line.replace(" ", "\n"))) == Shared(trajectory, speed=None)
    assert read_shared(pasted.format(line.removeprefix("tuinet "))) if "m {}" not in pasted else True


def test_a_file_holds_a_line_or_json(tmp_path: Path) -> None:
    shared = Shared(Trajectory(Experiment(seed=4), position=Position(2)))
    for name, text in (("run.txt", line_of(shared)), ("run.json", to_json(shared))):
        path = tmp_path / name
        path.write_text(text)
        assert read_shared(str(path)) == shared


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "nothing was given"),
        ("tuinet --foo 3", "does not know it"),
        ("tuinet; touch X", "not where a line of tuinet begins"),
        ("tuinet 'x", "not complete"),
        ("tuinet --defaults 9", "only 1, 2, 3"),
        ("tuinet --at 3:99", "phases"),
        ("tuinet --at 1e9", "no moment"),
        ("tuinet --edit '@5 learning_rate=nan' --at 9", "learning_rate"),
        ("tuinet --edit '@5 W9[1,1]=3'", "layer"),
        ("tuinet --edit '@5 W1[0,0]=3'", "no change"),
        ("tuinet --edit '@5 learning_rate=0.1' --at 4", "not in order"),
        ("tuinet --edit '@5 seed=3'", "starts the run anew"),
        ("tuinet --edit '@5 __class__=3'", "no field"),
        ('tuinet --edit \'@5 {"command": "Save", "path": "x"}\'', "no command"),
        ('tuinet --edit \'@5 {"command": "Configure", "changes": [["hidden", "x"]]}\'', "hidden"),
        ("tuinet --points '[' ", "no JSON"),
        ("tuinet --points '{\"added\": 3}'", "lists"),
        ("tuinet --points '{\"added\": [3]}'", "added"),
        ("tuinet --load gone.npz", "gone.npz"),
        ("tuinet --load gone.npz --l2 0.5", "--edit '@300 l2=0.5'"),
        ("tuinet --expect xyz", "hexadecimal"),
        ("tuinet --epochs -1", "epochs"),
        ("tuinet --help", "--help"),
        ("[" * 100_000, "begins"),
        ("{" * 100_000, "JSON"),
        ('{"experiment": 3}', "no object"),
        ('{"experiment": {"hidden": 3}}', "hidden"),
        ('{"edits": 3}', "no list"),
        ('{"at": 3}', "no text"),
        ('{"version": 2}', "another tuinet"),
        ('{"defaults": 9}', "another tuinet"),
        ('{"speed": 1e999}', "speed"),
        ("/nowhere/at/all", "there is no such file"),
        ("\x00", "no file can have such a name"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_line(
    text: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(click.UsageError) as raised:
        open_run(None, {"shared": text})
    message = raised.value.format_message()
    assert message.startswith("--from: ") and complaint in message and "\n" not in message
    assert len(message) < 500
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=60) | st.text(alphabet="tuine -@=0123{}[]\":,'", max_size=60).map("tuinet {}".format))
def test_no_text_does_harm(text: str) -> None:
    with suppress(ShareError):
        read_shared(text)


def test_a_line_with_the_commands_of_earlier_versions_leads_to_the_same_bits() -> None:
    session = Session(make_experiment(dataset="moons"))
    session.advance_steps(3)
    session.edit(Configure.of(learning_rate=0.25))
    session.advance_steps(4)
    session.edit(Configure.of(activation=("relu",)))
    session.advance_steps(2)
    line = line_of(share(session.trajectory()))
    for new, old in (
        ("@3 learning_rate=0.25", {"command": "SetLearningRate", "value": 0.25}),
        ("@7 activation=relu", {"command": "SetActivation", "name": "relu"}),
    ):
        assert new in line
        line = line.replace(new, f"{new.split()[0]} {json.dumps(old)}")
    assert_leads_to(line, session)
    assert read_shared(line) == share(session.trajectory())


def test_another_outcome_is_warned_of() -> None:
    opened = open_run(None, {"shared": "tuinet --at 5 --expect 00000000"})
    assert "not the one that was shared" in opened.warning
    assert opened.session.run.step_count == 5


def test_options_of_a_course_work_without_from() -> None:
    line = "tuinet --edit '@3 learning_rate=0.25' --at 8:2"
    direct = open_run(None, {"edits": ("@3 learning_rate=0.25",), "at": "8:2"})
    assert direct.session.trajectory() == open_run(None, {"shared": line}).session.trajectory()
    assert shlex.split(line)[2] == "@3 learning_rate=0.25"


# NumPy's powers have other last digits on a processor without AVX-512.
OTHER_POWERS = {"polynomial": "437a82078dca220aae81572c0873e813"}
LATER: dict[str, Any] = {"reduction": "mean", "class_weight": "none"}
"""Fields that came when these files had been written, with what had been so before."""


@pytest.mark.parametrize("generation", [*OLDER, DEFAULTS])
def test_the_defaults_are_those_of_their_generation(generation: int) -> None:
    """Whoever changes a default has to keep the old ones under their number: old lines rely on them."""
    digests: dict[str, dict[str, Any]] = {}
    for name in DATASETS:
        session = Session(read_shared(f"tuinet --defaults {generation} --dataset {name}").trajectory.experiment)
        session.advance_steps(1)
        digests[name] = {
            "experiment": session.run.experiment.to_dict(),
            "samples": session.run.dataset.digest,
            "arithmetic": session.run.arithmetic,
        }
    known = json.loads(Path(__file__).with_name(f"defaults_{generation}.json").read_text())
    for name, samples in OTHER_POWERS.items() if generation == 1 else ():
        if digests[name]["samples"] == samples:
            known[name]["samples"] = samples
    for record in known.values():
        # Fields that came later have the values that old lines need.
        record["experiment"] = {**Experiment().to_dict(), **OLDER.get(generation, {}), **record["experiment"]}
        record.setdefault("arithmetic", "fast")
    assert known == json.loads(json.dumps(digests))


OLD_FILES = {
    "numbers.csv": "a,b,y\n0.69,6.8,12.21\n-0.16,2.3,5.11\n0.02,3.6,6.5\n0.57,2.7,7.52\n-0.05,5.3,7.97\n0.82,4.5,9.71\n"
    "-0.44,6.8,8.82\n0.24,2.3,6.31\n0.82,8.8,16.06\n0.62,8.1,14.15\n-0.38,6.6,8.7\n0.8,6.2,11.67\n",
    "classes.csv": "a,b,c\n0.69,6.8,red\n-0.16,2.3,blue\n0.02,3.6,blue\n0.57,2.7,red\n-0.05,5.3,red\n0.82,4.5,red\n"
    "-0.44,6.8,red\n0.24,2.3,blue\n0.82,8.8,red\n0.62,8.1,red\n-0.38,6.6,red\n0.8,6.2,red\n",
}


@pytest.mark.skipif(not has_usual_tanh(), reason="NumPy's tanh has bits of its own here: an x86 processor without AVX2")
@pytest.mark.parametrize(
    ("options", "digest"),
    [
        ("--dataset numbers.csv", "afc5760d"),
        ("--dataset numbers.csv --optimizer adam", "12e3e07b"),
        ("--dataset numbers.csv --hidden 3", "920928bb"),
        ("--dataset classes.csv", "aae195cb"),
        ("--dataset classes.csv --optimizer adam", "a1903704"),
        ("--dataset classes.csv --hidden 3", "f73a13f2"),
    ],
)
def test_a_line_of_the_second_generation_trains_a_file_as_it_did(
    options: str, digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in OLD_FILES.items():
        Path(name).write_text(text)
    opened = open_run(None, {"shared": f"tuinet --defaults 2 {options} --seed 1 --at 5 --paused --expect {digest}"})
    assert opened.warning == ""
    now = line_of(share(opened.session.trajectory()))
    assert now.startswith(f"tuinet --defaults {DEFAULTS} ") and now.endswith(f"--expect {digest}")
    assert_leads_to(now, opened.session)


def test_what_an_older_generation_kept_of_a_file_had_a_test_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("numbers.csv").write_text(OLD_FILES["numbers.csv"])
    old = open_run(None, {"shared": "tuinet --defaults 2 --dataset numbers.csv --at 5"}).session
    record = json.loads(to_json(share(old.trajectory())))
    record["defaults"] = 2
    record["experiment"] |= {"test_share": None}
    del record["experiment"]["standardize_target"]
    assert_leads_to(json.dumps(record), old)


@pytest.mark.parametrize("changes", [{}, {"l2": 0.0}, {"l2": 0.03}, {"optimizer": "adam", "hidden": (3,)}])
def test_a_line_of_a_file_is_read_back(changes: dict[str, Any]) -> None:
    experiment = make_experiment(dataset="mine.csv", **changes)
    assert read_shared(line_of(Shared(Trajectory(experiment)))).trajectory.experiment == experiment
    assert read_shared("tuinet --dataset mine.csv --l2 auto").trajectory.experiment.l2 is None


def test_a_penalty_is_left_to_the_task_in_an_edit() -> None:
    edit = Edit(Position(5), Configure.of(l2=None))
    assert edit_text(edit) == "@5 l2=auto"
    assert read_edit("@5 l2=auto") == edit
