"""Weights from elsewhere: whichever way round and under whatever names, the network gets the same ones."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.inline import run_inline
from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import Experiment
from tuinet.nn.parameters import Array, Parameters
from tuinet.session.edits import Configure
from tuinet.session.session import Session
from tuinet.session.weights import read_weights

SIZES = (2, 3, 3, 1)
WEIGHTS = [np.arange(fan_in * fan_out, dtype=float).reshape(fan_in, fan_out) + 1 for fan_in, fan_out in pairwise(SIZES)]
BIASES = [-np.arange(size, dtype=float) - 1 for size in SIZES[1:]]


def expected(weights: list[Array] = WEIGHTS, biases: list[Array] = BIASES) -> Array:
    return np.concatenate([*(matrix.ravel() for matrix in weights), *biases])


def taken(path: Path, layout: str = "auto", sizes: tuple[int, ...] = SIZES) -> tuple[Array, tuple[str, ...]]:
    parameters = Parameters(sizes, np.dtype(np.float64))
    notes = read_weights(str(path), parameters, layout)
    return np.concatenate([*(block[:-1].ravel() for block in parameters.blocks), *parameters.biases]), notes


def refused(path: Path, layout: str = "auto", sizes: tuple[int, ...] = SIZES) -> str:
    with pytest.raises(ExperimentError) as error:
        taken(path, layout, sizes)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith(f"weights: {path}")
    return str(error.value)


def lists(values: list[Array]) -> list[Any]:
    return [value.tolist() for value in values]


TRANSPOSED = [matrix.T for matrix in WEIGHTS]
STATE = {
    f"net.{2 * layer}.{kind}": values[layer]
    for layer in range(3)
    for kind, values in (("weight", TRANSPOSED), ("bias", BIASES))
}
NAMED = {
    f"{name}.{kind}": value
    for (name, kind), value in zip(
        ((name, kind) for name in ("fc1", "fc2", "out") for kind in ("weight", "bias")), STATE.values(), strict=True
    )
}
ALTERNATING = [part for both in zip(WEIGHTS, BIASES, strict=True) for part in both]
NPZ: dict[str, Mapping[str, Any]] = {
    "own": {
        f"{kind}_{n}": values[n - 1] for kind, values in (("biases", BIASES), ("weights", WEIGHTS)) for n in (1, 2, 3)
    },
    "state_dict": STATE,
    "named state_dict": NAMED,
    "wrapped state_dict": {f"_orig_mod.{name}": value for name, value in STATE.items()},
    "get_weights": {f"arr_{n}": value for n, value in enumerate(ALTERNATING)},
    "get_weights, sorted as text": dict(sorted((f"arr_{n}", value) for n, value in enumerate(ALTERNATING))),
    "parameters() in order": {f"arr_{n}": value for n, value in enumerate(STATE.values())},
    "coefs_ and intercepts_ in order": {f"arr_{n}": value for n, value in enumerate([*WEIGHTS, *BIASES])},
    "coefs_ and intercepts_ numbered": {
        **{f"coefs_{n}": value for n, value in enumerate(WEIGHTS)},
        **{f"intercepts_{n}": value for n, value in enumerate(BIASES)},
    },
    "kernels": {
        f"dense_{n}/{kind}:0": value for n in range(3) for kind, value in (("kernel", WEIGHTS[n]), ("bias", BIASES[n]))
    },
    "textbook": {f"{kind}{n}": values[n - 1] for n in (1, 2, 3) for kind, values in (("W", WEIGHTS), ("b", BIASES))},
    "float32": {name: value.astype(np.float32) for name, value in STATE.items()},
}
JSON: dict[str, Any] = {
    "own": {"weights": lists(WEIGHTS), "biases": lists(BIASES)},
    "own names, transposed": {"weights": lists(TRANSPOSED), "biases": lists(BIASES)},
    "state_dict": {name: value.tolist() for name, value in STATE.items()},
    "scikit-learn": {"coefs_": lists(WEIGHTS), "intercepts_": lists(BIASES)},
    "get_weights": lists(ALTERNATING),
    "parameters() in order": lists(list(STATE.values())),
}  # fmt: skip


@pytest.mark.parametrize("name", NPZ)
def test_arrays_under_the_names_that_others_use(name: str, tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    np.savez(path, **NPZ[name])
    values, notes = taken(path)
    np.testing.assert_array_equal(values, expected())
    is_transposed = any(value.shape == (1, 3) for value in NPZ[name].values())
    assert [("(out, in)" in note) for note in notes] == [True] * is_transposed


@pytest.mark.parametrize("name", JSON)
def test_json_as_others_write_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    path.write_text(json.dumps(JSON[name]))
    np.testing.assert_array_equal(taken(path)[0], expected())


SQUARE = [np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]])]
TWO = [np.array([0.5, 0.25]), np.array([1.0, 2.0])]


@pytest.mark.parametrize(
    ("values", "is_transposed"),
    [
        ({"weights_1": SQUARE[0], "biases_1": TWO[0], "weights_2": SQUARE[1], "biases_2": TWO[1]}, False),
        ({"arr_0": SQUARE[0], "arr_1": TWO[0], "arr_2": SQUARE[1], "arr_3": TWO[1]}, False),
        ({"0.weight": SQUARE[0], "0.bias": TWO[0], "2.weight": SQUARE[1], "2.bias": TWO[1]}, True),
        ({"a/kernel": SQUARE[0], "a/bias": TWO[0], "b/kernel": SQUARE[1], "b/bias": TWO[1]}, False),
    ],
)
def test_of_square_matrices_the_names_tell_and_it_is_said(
    values: dict[str, Array], is_transposed: bool, tmp_path: Path
) -> None:
    path = tmp_path / "w.npz"
    np.savez(path, **values)  # type: ignore[arg-type]
    plain, turned = expected(SQUARE, TWO), expected([matrix.T for matrix in SQUARE], TWO)
    found, (note,) = taken(path, sizes=(2, 2, 2))
    np.testing.assert_array_equal(found, turned if is_transposed else plain)
    assert f"--weights-layout {'in-out' if is_transposed else 'out-in'}" in note
    for layout, wanted in (("in-out", plain), ("out-in", turned)):
        found, notes = taken(path, layout, (2, 2, 2))
        np.testing.assert_array_equal(found, wanted)
        assert notes == ()


def test_one_matrix_that_is_not_square_tells_of_all(tmp_path: Path) -> None:
    """The case that the issue gives: the first layer fits both ways."""
    path = tmp_path / "w.json"
    path.write_text('{"weights": [[[0.15, 0.2], [0.25, 0.3]], [[0.4, 0.45]]], "biases": [[0.35, 0.35], [0.6]]}')
    done = run_inline("train", "--weights", str(path), "--epochs", "0")
    assert done.returncode == 0
    assert "transposed: those of the file are (out, in), as PyTorch has them" in done.stderr
    np.testing.assert_array_equal(
        Session(Experiment(weights=str(path))).run.parameters.weights[0], [[0.15, 0.25], [0.2, 0.3]]
    )
    message = run_inline("train", "--weights", str(path), "--weights-layout", "in-out", "--epochs", "0")
    assert message.returncode == 2
    assert (
        "weights of layer 2: 1 × 2 where the network has 2 × 1 (in, out); --weights-layout out-in fits"
        in message.stderr
    )


def test_matrices_that_are_their_own_transposes_leave_nothing_to_say(tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    path.write_text('{"weights": [[[1, 2], [2, 1]], [[3, 0], [0, 3]]], "biases": [[0, 0], [0, 0]]}')
    assert taken(path, sizes=(2, 2, 2))[1] == ()


def test_layers_without_biases_start_at_0_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    np.savez(path, **{name: value for name, value in STATE.items() if name != "net.2.bias"})  # type: ignore[arg-type]
    values, notes = taken(path)
    np.testing.assert_array_equal(values, expected(biases=[BIASES[0], np.zeros(3), BIASES[2]]))
    assert "no biases of layer 2" in notes[1]


def npz(**values: Any) -> bytes:
    data = io.BytesIO()
    np.savez(data, **values)
    return data.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (npz(**{**STATE, "net.2.weight": np.ones((3, 4))}), "('net.2.weight'): 3 × 4 where the network has 3 × 3 (in"),
        (npz(**{**STATE, "net.4.weight": np.ones((3, 1))}), "are (out, in), those of layer 3 (in, out); transpose"),
        (npz(**{**STATE, "net.6.weight": np.ones((1, 1))}), "it has 4 layers, the network 3"),
        (npz(**dict(list(STATE.items())[:4])), "it has 2 layers, the network 3; hidden 3 gives it as many"),
        (npz(**{**STATE, "net.1.weight": np.ones(3)}), "it has 4 layers"),
        (npz(**{**STATE, "net.1.running_mean": np.ones(3)}), "which is not of the form"),
        (npz(**{**STATE, "net.9.bias": np.ones(3)}), "'net.9.bias' has no matrix beside it"),
        (npz(arr_0=WEIGHTS[0], arr_1=BIASES[0], arr_2=WEIGHTS[1]), "2 matrices of weights and 1 vectors"),
        (npz(arr_0=np.float64(3)), "neither a matrix of weights nor a vector"),
        (npz(**{**STATE, "net.0.bias": np.ones(2)}), "biases of layer 1: 2 where the network has 3"),
        (npz(**{**STATE, "net.0.bias": np.array([1, 2, np.inf])}), "layer 1: there is a number that is not finite"),
        (json.dumps({"weights": lists(WEIGHTS), "biases": []}).encode(), "weights has 3 layers, biases 0"),
        (b'{"a.weight": [[1]], "a.bias": [1, [2]], "b.weight": [[1]], "b.bias": 3}', "it has 2 layers, the network 3"),
        (b"[]", "0 matrices"),
        (b"{}", "not of the form"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_does_not_fit_says_which_layer_and_what_would(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "w"
    path.write_bytes(content)
    assert said in refused(path)


def torch_file() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02cos\nsystem\n")
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("model.pt", torch_file(), "torch.load"),
        ("model.npz", torch_file(), "torch.load"),
        ("old.pth", b"\x80\x02}q\x00.", "torch.load"),
        ("model", b"\x89HDF\r\n\x1a\n rest", "keras.saving.load_model"),
        ("mlp.pkl", b"\x80\x04}.", "*m.coefs_"),
        ("unknown", b"\x80\x04}.", "joblib.load"),
        ("model.safetensors", b"\x10\0\0\0\0\0\0\0{}", "safetensors.numpy.load_file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_would_have_to_be_unpickled_is_refused_with_the_line_that_converts_it(
    name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    message = refused(path)
    assert "python -c" in message
    assert said in message


def test_other_layers_forget_the_layout_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    path.write_text('{"weights": [[[1, 2], [3, 4]], [[5, 6]]], "biases": [[0, 0], [0]]}')
    session = Session(Experiment(weights=str(path), weights_layout="out-in"))
    session.edit(Configure.of(hidden=(3,)))
    assert (session.run.experiment.weights, session.run.experiment.weights_layout) == ("", "auto")
