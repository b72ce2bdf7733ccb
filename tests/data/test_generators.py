from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tuinet.data.generators import ALIASES, DATASETS, FAMILIES, find_recipe, load
from tuinet.data.recipe import DataSpec, Reading
from tuinet.errors import DataError

GENERATED = [name for name in DATASETS if name not in ("iris", "digits")]
ALL = [*DATASETS, "parity:2", "parity:6", "blobs:2", "blobs:10", "rings:2", "rings:7", "spirals:2", "spirals:10"]


@pytest.mark.parametrize("name", ALL)
def test_every_dataset_is_what_its_recipe_says(name: str) -> None:
    recipe, data = find_recipe(name), load(DataSpec(name))
    assert (data.name, data.task) == (name, recipe.task)
    assert len(data.X) + len(data.X_test) == recipe.samples
    assert len(data.X_test) == round(recipe.samples * recipe.test_share)
    assert data.X.shape[1] == len(data.feature_names)
    outputs = {"binary": 1, "classes": len(data.class_names), "regression": len(data.target_names)}[data.task]
    assert data.y.shape[1] == outputs
    assert (data.task == "regression") == (not data.class_names) == bool(data.target_names)
    assert np.isfinite(data.encode(data.X)).all()
    assert recipe.title.isprintable()
    assert recipe.title.endswith((".", ").", "?"))


@pytest.mark.parametrize("name", ALL)
def test_the_same_spec_gives_the_same_bits_and_another_seed_others(name: str) -> None:
    spec = DataSpec(name, noise=0.1, seed=7)
    one, two, other = load(spec), load(spec), load(replace(spec, seed=8))
    for field in ("X", "y", "X_test", "y_test"):
        assert getattr(one, field).tobytes() == getattr(two, field).tobytes()
    assert one.X.tobytes() != other.X.tobytes()


@pytest.mark.parametrize("name", GENERATED)
def test_any_number_of_samples_can_be_made(name: str) -> None:
    for samples in (64, 101):
        data = load(DataSpec(name, samples=samples, test_share=0.3))
        assert len(data.X) + len(data.X_test) == samples


@pytest.mark.parametrize("name", GENERATED)
def test_noise_and_test_share_leave_the_underlying_points_where_they_are(name: str) -> None:
    near, far = (load(DataSpec(name, noise=noise, seed=3)) for noise in (0.0, 1e-9))
    np.testing.assert_allclose(near.X, far.X, atol=1e-7)
    whole, split = (load(DataSpec(name, samples=40, test_share=share)) for share in (0.0, 0.5))
    together = np.concatenate([split.X, split.X_test])
    np.testing.assert_array_equal(np.sort(whole.X, axis=0), np.sort(together, axis=0))


@pytest.mark.parametrize("name", [*FAMILIES])
def test_a_family_without_a_number_has_its_default(name: str) -> None:
    family = FAMILIES[name]
    plain, numbered = load(DataSpec(name)), load(DataSpec(f"{name}:{family.default}"))
    assert plain.X.tobytes() == numbered.X.tobytes()
    assert load(DataSpec(f"{name}:{family.most}")).name == f"{name}:{family.most}"


@pytest.mark.parametrize("number", ["1", "11", "", "two", "²", "3.0", "-3", "9" * 5000])
def test_a_number_that_a_family_does_not_have_is_refused(number: str) -> None:
    with pytest.raises(DataError, match=r"^dataset: .* is no number of bits for parity; write parity:2 to parity:10$"):
        load(DataSpec(f"parity:{number}"))


def test_playgrounds_own_names_are_understood() -> None:
    for alias, name in ALIASES.items():
        assert load(DataSpec(alias)).name == name
        assert alias not in DATASETS


@pytest.mark.parametrize("name", ["nope", "", "xor:2", "XOR"])
def test_an_unknown_name_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(DataError) as caught:
        load(DataSpec(name))
    assert str(caught.value) == (
        f"dataset: {name!r} is not one of {', '.join(DATASETS)};"
        " a file's name holds a / or ends in .csv, .tsv, .txt, .gz, .npz, .xlsx or .parquet"
        + ("; did you mean 'xor'?" if name.lower().startswith("xor") else "")
    )


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (DataSpec("xor", samples=3), "samples: 3 are too few for xor; ask for 4 or more"),
        (DataSpec("rings:4", samples=7), "samples: 7 are too few for rings:4; ask for 8 or more"),
        (
            DataSpec("xor", reading=Reading(target="y")),
            "target: 'y' names a column of a file, but xor is none; leave it empty",
        ),
        (
            DataSpec("iris", features=("x1²",)),
            "features: 'x1²' is made of two inputs, but iris has 4; name no features",
        ),
        (DataSpec("sine", features=("x1",)), "features: 'x1' is made of two inputs, but sine has 1; name no features"),
        (
            DataSpec("iris", samples=151),
            "samples: 151 cannot be drawn from the 150 that iris has; ask for 150 or fewer",
        ),
    ],
)
def test_what_cannot_be_made_is_refused(spec: DataSpec, message: str) -> None:
    with pytest.raises(DataError) as caught:
        load(spec)
    assert str(caught.value) == message


def test_a_recipe_can_be_called() -> None:
    assert DATASETS["xor"]().X.tobytes() == load(DataSpec("xor")).X.tobytes()
    assert DATASETS["circle"]().name == "circle"


def test_features_are_made_of_two_inputs() -> None:
    data = load(DataSpec("circle", features=("x1²", "x2²"), standardize=True))
    assert data.input_names == ("x1²", "x2²")
    assert data.X.shape[1] == 2
    np.testing.assert_allclose(data.encode(data.X).std(axis=0), 1)
