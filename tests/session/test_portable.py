"""Portable arithmetic gives the same bits everywhere; where this machine has a tanh of its own, that is said."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.session.portable_runs import FILE, SHORT, digest, experiments, long_epochs
from tuinet.experiment.experiment import Experiment
from tuinet.nn.arithmetic import has_usual_tanh
from tuinet.session.session import Session
from tuinet.session.timeline import difference, digest_of

KNOWN = json.loads(FILE.read_text())
RUNS = dict(experiments())

usual_tanh = pytest.mark.skipif(
    not has_usual_tanh(), reason="NumPy's tanh has bits of its own here: an x86 processor without AVX2"
)


def test_every_run_has_its_digests() -> None:
    assert {name: {str(SHORT), str(long_epochs(name))} for name in RUNS} == {
        name: {*digests} for name, digests in KNOWN.items()
    }


@usual_tanh
@pytest.mark.parametrize("name", RUNS)
def test_parameters_have_the_same_bits_on_every_machine(name: str) -> None:
    session = Session(RUNS[name], records=False)
    assert session.run.arithmetic == "portable"
    session.advance(SHORT)
    assert digest(session) == KNOWN[name][str(SHORT)]


@usual_tanh
@pytest.mark.long
@pytest.mark.parametrize("name", RUNS)
def test_long_runs_have_the_same_bits_on_every_machine(name: str) -> None:
    session = Session(RUNS[name], records=False)
    session.advance(long_epochs(name))
    assert digest(session) == KNOWN[name][str(long_epochs(name))]


def test_the_size_of_a_step_chooses_the_arithmetic_where_nothing_is_said() -> None:
    for given, expected in (
        ({}, "portable"),
        ({"dataset": "iris", "hidden": (8,), "batch_size": 16}, "portable"),
        ({"dataset": "digits", "hidden": (32,), "batch_size": 32}, "fast"),
        ({"dataset": "digits", "hidden": (32,), "batch_size": 32, "arithmetic": "portable"}, "portable"),
        ({"arithmetic": "fast"}, "fast"),
    ):
        assert Session(Experiment(**given)).run.arithmetic == expected


@pytest.mark.parametrize(
    ("arithmetic", "cause"), [("portable", "processors compute alike"), ("fast", "another processor")]
)
def test_the_warning_of_another_digest_names_what_can_differ(arithmetic: str, cause: str) -> None:
    session = Session(Experiment(arithmetic=arithmetic))
    session.advance(3)
    made = session.trajectory()
    assert difference(made, made, session.run.arithmetic) == ""
    assert cause in difference(replace(made, digest="01234567"), made, session.run.arithmetic)


def test_what_is_not_a_number_has_one_digest() -> None:
    quiet = np.array([np.nan, 1.0])
    other = np.array([0xFFF8000000000001, 0]).astype(np.uint64).view(np.float64)
    other[1] = 1.0
    assert quiet.tobytes() != other.tobytes()
    assert digest_of(quiet, "data") == digest_of(other, "data") != digest_of(np.ones(2), "data")
