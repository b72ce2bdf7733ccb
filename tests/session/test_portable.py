"""Portable arithmetic gives the same bits everywhere; where this machine has a tanh of its own, that is said."""

from __future__ import annotations

import json

import pytest

from tests.session.portable_runs import FILE, SHORT, digest, experiments, long_epochs
from tuinet.experiment.experiment import Experiment
from tuinet.nn.arithmetic import has_usual_tanh
from tuinet.session.session import Session

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
