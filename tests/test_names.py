"""Names are found whatever their case and separators, stored in their own spelling, and the nearest is offered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.inline import run_inline
from tuinet.compare.grid import parse_vary
from tuinet.data.generators import ALIASES, DATASETS, find_recipe
from tuinet.errors import TuinetError
from tuinet.experiment.experiment import CHOICES, FIELDS, Experiment
from tuinet.experiment.fields import read
from tuinet.experiment.hyperparameter import require_choice
from tuinet.lessons.claims import find_lesson
from tuinet.names import canonical, did_you_mean, folded, nearest
from tuinet.session.edits import Configure, SetOptimizer
from tuinet.share.edits import read_command
from tuinet.tui.style.theme import find_theme


@pytest.mark.parametrize(
    ("typed", "name"),
    [("XOR", "xor"), ("ReLU", "relu"), ("LeakyReLU", "leaky_relu"), ("leaky-relu", "leaky_relu"), ("no", "no")],
)
def test_case_and_separators_do_not_count(typed: str, name: str) -> None:
    assert canonical(typed, ("xor", "relu", "leaky_relu")) == name


def test_an_exact_name_goes_first_and_what_could_be_two_is_none() -> None:
    assert canonical("Age", ("age", "Age", "AGE")) == "Age"
    assert canonical("aGe", ("age", "Age", "AGE")) == "aGe"
    assert canonical("", ("", "a")) == ""


@pytest.mark.parametrize(
    ("typed", "near"), [("xro", "xor"), ("SIGMOD", "sigmoid"), ("zzz", None), ("", None), ("x" * 10**6, None)]
)
def test_the_nearest(typed: str, near: str | None) -> None:
    known = ("xor", "sigmoid", "relu")
    assert nearest(typed, known) == near
    assert did_you_mean(typed, known) == (f"; did you mean {near!r}?" if near else "")


@pytest.mark.parametrize("field", CHOICES)
def test_no_two_names_of_a_field_differ_in_case_alone(field: str) -> None:
    names = CHOICES[field] if field != "dataset" else (*DATASETS, *ALIASES)
    assert len({folded(name) for name in names}) == len(names)
    for name in names:
        assert FIELDS[field].parsed(name.upper()) in (name, (name,))


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("dataset", "Parity:4", "parity:4"),
        ("dataset", "Playground-XOR", "playground-xor"),
        ("dataset", "data/XOR.csv", "data/XOR.csv"),
        ("dataset", "XOR.CSV", "XOR.CSV"),
        ("loss", "MSE", "mse"),
        ("loss", "CrossEntropy", "cross-entropy"),
        ("loss", "Auto", "auto"),
        ("initializer", "Glorot-Uniform", "glorot_uniform"),
        ("activation", "ReLU, Tanh", ("relu", "tanh")),
        ("optimizer", "AdamW", "adamw"),
        ("learning_rate", "Default", 0.5),
        ("hidden", "None", ()),
        ("batch_size", "FULL", 0),
        ("target", "Price", "Price"),
        ("target", "None", "None"),
    ],
)
def test_what_a_person_types_is_stored_in_its_own_spelling(field: str, typed: str, value: Any) -> None:
    assert read(field, typed, Experiment()) == value


def test_edits_and_variations() -> None:
    assert read_command("Activation=ReLU Loss=MSE") == Configure((("activation", ("relu",)), ("loss", "mse")))
    assert read_command("Optimizer Adam 0.1") == SetOptimizer("adam", 0.1)
    assert read_command("Learning-Rate=0.1") == Configure((("learning_rate", 0.1),))
    vary = parse_vary("Optimizer=SGD,Adam,Default")
    assert (vary.field, [choice.value for choice in vary.choices]) == ("optimizer", ["sgd", "adam", None])


def test_lessons_and_themes() -> None:
    assert find_lesson("One-Neuron").title == find_lesson("1").title
    assert find_theme("High Contrast").name == "high-contrast"


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        (lambda: Experiment(loss="mze"), "mse"),
        (lambda: Experiment(features=("x1", "sin x3")), "sin x"),
        (lambda: find_recipe("spirl"), "spiral"),
        (lambda: find_recipe("paritty:4"), "parity"),
        (lambda: Experiment.from_dict({"learning_rat": 1}), "learning_rate"),
        (lambda: parse_vary("learnin_rate=1"), "learning_rate"),
        (lambda: read_command("learning_rte=1"), "learning_rate"),
        (lambda: read_command("optimiser adam"), "optimizer"),
        (lambda: find_lesson("one-nueron"), "one-neuron"),
        (lambda: find_theme("drak"), "dark"),
        (lambda: require_choice("field", "c", ("zebra", "cat")), ""),
    ],
)
def test_complaints_offer_the_nearest(wrong: Any, near: str) -> None:
    with pytest.raises(TuinetError) as caught:
        wrong()
    assert (f"; did you mean '{near}" in str(caught.value)) == bool(near)


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["trian"], "train"),
        (["train", "--datset", "xor"], "--dataset"),
        (["train", "--dataset", "xro"], "xor"),
        (["train", "--activation", "sigmod"], "sigmoid"),
        (["explain", "--example", "mazzur"], "mazur"),
        (["export", "--to", "nunpy"], "numpy"),
        (["lesson", "softmax-irs"], "softmax-iris"),
    ],
)
def test_the_command_line_offers_the_nearest(arguments: list[str], near: str) -> None:
    result = run_inline(*arguments)
    assert result.returncode == 2
    assert near in result.stderr.lower().partition("did you mean")[2]


def test_commands_and_options_in_another_case() -> None:
    options = ["--dataset", "XOR", "--activation", "ReLU", "--loss", "MSE", "--optimizer", "Adam", "--epochs", "1"]
    result = run_inline("Train", *options)
    assert result.returncode == 0 and "xor 2-2-1" in result.stdout


def test_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[defaults]\ndataset = "XOR"\nactivation = "ReLU"\n')
    result = run_inline("train", "--epochs", "1", "--json", TUINET_CONFIG=str(file))
    assert '"dataset": "xor"' in result.stdout and '"activation": ["relu"]' in result.stdout
    file.write_text("[defalts]\nseed = 1\n")
    assert "did you mean 'defaults'?" in run_inline("train", TUINET_CONFIG=str(file)).stderr
