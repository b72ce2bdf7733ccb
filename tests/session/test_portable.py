"""Portable arithmetic gives the same bits everywhere; where this machine has a tanh of its own, that is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tests.session.portable_runs import FILE, SHORT, WITH_OWN_TANH, digest, experiments, long_epochs, own
from tuinet.data.generators import DATASETS, load
from tuinet.data.recipe import DataSpec
from tuinet.experiment.experiment import Experiment
from tuinet.nn import arithmetic
from tuinet.nn.arithmetic import has_usual_tanh, portable
from tuinet.session.edits import Configure
from tuinet.session.session import Session
from tuinet.session.timeline import arithmetic_of, difference, digest_of

KNOWN = json.loads(FILE.read_text())
RUNS = [name for name in KNOWN if name not in map(own, WITH_OWN_TANH)]
"""By name: to make their experiments all lessons are read, and not every process that looks for tests needs them."""


@cache
def runs() -> dict[str, Experiment]:
    return dict(experiments())


usual_tanh = pytest.mark.skipif(
    not has_usual_tanh(), reason="NumPy's tanh has bits of its own here: an x86 processor without AVX2"
)


@pytest.fixture
def own_tanh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Portable arithmetic as on a processor whose NumPy has another tanh."""
    with monkeypatch.context() as patched:
        patched.setattr(arithmetic, "has_usual_tanh", lambda: False)
        portable.cache_clear()
        yield
    portable.cache_clear()


def test_every_run_has_its_digests() -> None:
    both = {name: {str(SHORT), str(long_epochs(name))} for name in runs()}
    assert both | {own(name): {str(SHORT)} for name in WITH_OWN_TANH} == {
        name: {*digests} for name, digests in KNOWN.items()
    }


@usual_tanh
@pytest.mark.parametrize("name", RUNS)
def test_parameters_have_the_same_bits_on_every_machine(name: str) -> None:
    session = Session(runs()[name], records=False)
    assert session.run.arithmetic == "portable"
    session.advance(SHORT)
    assert digest(session) == KNOWN[name][str(SHORT)]


@pytest.mark.parametrize("name", WITH_OWN_TANH)
def test_parameters_have_the_same_bits_where_tanh_is_our_own(name: str, own_tanh: None) -> None:
    session = Session(runs()[name], records=False)
    session.advance(SHORT)
    assert digest(session) == KNOWN[own(name)][str(SHORT)]


@usual_tanh
@pytest.mark.parametrize("name", ["xor", "iris", "functions", "float32", "softmax", "regularized"])
def test_the_form_of_the_product_that_is_documented_gives_the_same_bits(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arithmetic, "quickest_product", lambda dtype: arithmetic._summed_product)
    session = Session(runs()[name], records=False)
    session.advance(SHORT)
    assert digest(session) == KNOWN[name][str(SHORT)]


@usual_tanh
@pytest.mark.long
@pytest.mark.parametrize("name", RUNS)
def test_long_runs_have_the_same_bits_on_every_machine(name: str) -> None:
    session = Session(runs()[name], records=False)
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


def test_a_run_that_was_fast_for_a_while_is_not_called_portable() -> None:
    session = Session(Experiment())
    assert arithmetic_of(session.trajectory(), session.run.arithmetic) == "portable"
    session.edit(Configure.of(arithmetic="fast"))
    session.advance(1)
    session.edit(Configure.of(arithmetic="portable"))
    session.advance(1)
    assert session.run.arithmetic == "portable"
    assert arithmetic_of(session.trajectory(), session.run.arithmetic) == "fast"


def test_another_arithmetic_leaves_data_that_do_not_depend_on_it() -> None:
    iris = Session(Experiment(dataset="iris", batch_size=16))
    iris.advance_steps(3)
    iris.edit(Configure.of(arithmetic="fast"))
    assert (iris.run.batch, iris.run.arithmetic) == (3, "fast")
    given = Session(Experiment(), load(DataSpec("moons")))
    given.edit(Configure.of(arithmetic="fast"))
    assert given.run.dataset.name == "moons"


FUNCTIONS = ("sin", "cos", "tan", "exp", "expm1", "log", "log1p", "log2", "log10", "power", "hypot", "tanh", "arctan2")


@pytest.mark.parametrize("name", DATASETS)
def test_portable_data_need_no_function_of_numpys(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a function whose last digits depend on the processor or the C library")

    portable()  # which tries NumPy's tanh once
    for function in FUNCTIONS:
        monkeypatch.setattr(np, function, refuse)
    features = ("x1", "sin x2") if len(load(DataSpec(name, is_portable=True)).feature_names) == 2 else ()
    load(DataSpec(name, is_portable=True, features=features))
