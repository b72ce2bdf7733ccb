"""What stands in a file of weights, JSON or NPZ, by tuinet, PyTorch, Keras or scikit-learn; nothing is unpickled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Literal, NoReturn
from zipfile import ZipFile

from tuinet.data.archive import ZIP_STARTS, archive_in, open_data, part, read_array
from tuinet.data.place import MAX_BYTES, Place, listed, shown
from tuinet.files import MOST_WEIGHTS_JSON, WEIGHTS, ParseError, parse_json, size_text

Layout = Literal["in-out", "out-in"]
"""The shape of a matrix: (fan_in, fan_out) as tuinet, Keras and scikit-learn have it, (fan_out, fan_in) as PyTorch."""


@dataclass(frozen=True, eq=False)
class FoundLayer:
    """A layer of a file, its values unchecked: lists or arrays."""

    weights: Any
    biases: Any = None
    """``None`` where the file has none for this layer."""
    names: str = ""
    """The names under which they stand, where these do not say which layer it is."""


@dataclass(frozen=True, eq=False)
class WeightFile:
    """The layers of a file in their order."""

    layers: tuple[FoundLayer, ...]
    layout: Layout | None = None
    """What the names tell of the matrices; ``None`` where they tell nothing."""


Value = Callable[[], Any]
"""Reads a value: of an archive, only those that are wanted."""

_LISTS: Final[Mapping[frozenset[str], tuple[str, str, Layout | None]]] = {
    frozenset(("weights", "biases")): ("weights", "biases", None),
    frozenset(("coefs_", "intercepts_")): ("coefs_", "intercepts_", "in-out"),
    frozenset(("coefs", "intercepts")): ("coefs", "intercepts", "in-out"),
}
"""By all names of a file, which of two lists has the matrices, and which the vectors."""
_NUMBERED: Final = re.compile(r"(weights|W|coefs|biases|b|intercepts)_*([0-9]{1,4})")
_MATRICES: Final = ("weights", "W", "coefs")
_SUFFIXED: Final = re.compile(r"(?:(.*)[._/])?(weight|kernel|bias)(?::0)?", re.DOTALL)
_IN_ORDER: Final = re.compile(r"arr_([0-9]{1,4})")
_KNOWN: Final = (
    'the form {"weights": [matrix, …], "biases": [vector, …]}, weights_1, biases_1, weights_2, …, net.0.weight, '
    "net.0.bias, … of PyTorch, arr_0, arr_1, … of Keras's get_weights, or coefs_ and intercepts_ of scikit-learn"
)


def read_weight_file(path: str) -> WeightFile:
    """The layers of a file of weights.

    It may be JSON or NPZ: ``weights`` and ``biases``, a list each, or numbered from 1; the names of a ``state_dict`` of
    PyTorch, as ``net.0.weight``; in order without names, matrices and vectors, as ``numpy.savez(file,
    *model.get_weights())`` writes them; ``coefs_`` and ``intercepts_`` of scikit-learn.

    Raises
    ------
    DataError
        If the file is no such file; the message names it and what would be right.
    """
    place = Place(path)
    with open_data(path, WEIGHTS) as file:
        start = file.read(8)
        _refuse_foreign(path, start, ())
        if start.startswith(ZIP_STARTS):
            return _from_npz(file, place)
        file.seek(0)
        return _from_json(_parse(file, place), place)


def _from_npz(file: BinaryIO, place: Place) -> WeightFile:
    with archive_in(file, place) as archive:
        _refuse_foreign(place.path, b"", archive.namelist())
        names = [name.removesuffix(".npy") for name in archive.namelist()]
        if sum(info.file_size for info in archive.infolist()) > MAX_BYTES:
            raise place.error(f"there are more than {size_text(MAX_BYTES)} in it; save the weights of one network")
        return _recognized({name: _reader(archive, name, place) for name in names}, place)


def _reader(archive: ZipFile, name: str, place: Place) -> Value:
    return lambda: read_array(archive, name, "iuf", place, as_table=False)


def _from_json(document: Any, place: Place) -> WeightFile:
    if isinstance(document, list):
        return _in_order([(f"item {number}", value) for number, value in enumerate(document, start=1)], place)
    if not isinstance(document, dict) or not document:
        raise place.error(f"it is not of {_KNOWN}")
    return _recognized({name: _constant(value) for name, value in document.items()}, place)


def _constant(value: Any) -> Value:
    return lambda: value


def _recognized(values: Mapping[str, Value], place: Place) -> WeightFile:
    """The layers, by the names under which their values stand."""
    if frozenset(values) in _LISTS:
        return _lists(values, place)
    if _all_match(_NUMBERED, values):
        return _numbered(values, place)
    if _all_match(_SUFFIXED, values):
        return _suffixed(values, place)
    if _all_match(_IN_ORDER, values):
        ordered = sorted(values, key=lambda name: int(name.removeprefix("arr_")))
        return _in_order([(name, values[name]()) for name in ordered], place)
    raise place.error(f"it has {listed(list(values)) if values else 'nothing'}, which is not of {_KNOWN}")


def _all_match(pattern: re.Pattern[str], values: Mapping[str, Value]) -> bool:
    return bool(values) and all(pattern.fullmatch(name) for name in values)


def _lists(values: Mapping[str, Value], place: Place) -> WeightFile:
    matrices, vectors, layout = _LISTS[frozenset(values)]
    lists = [values[name]() for name in (matrices, vectors)]
    for name, found in zip((matrices, vectors), lists, strict=True):
        if _dimensions(found) < 1:
            raise place.error(f"{name}: it is no list with an entry for each layer")
    if len(lists[0]) != len(lists[1]):
        raise place.error(f"{matrices} has {len(lists[0])} layers, {vectors} {len(lists[1])}; give each layer both")
    return WeightFile(tuple(FoundLayer(*both) for both in zip(*lists, strict=True)), layout)


def _numbered(values: Mapping[str, Value], place: Place) -> WeightFile:
    """Names with the number of the layer behind them."""
    found: dict[int, dict[bool, str]] = {}
    layout: Layout | None = None
    for name in values:
        match = _NUMBERED.fullmatch(name)
        assert match is not None
        found.setdefault(int(match[2]), {})[match[1] in _MATRICES] = name
        layout = "in-out" if match[1] == "coefs" else layout
    return _paired([found[number] for number in sorted(found)], values, place, layout)


def _suffixed(values: Mapping[str, Value], place: Place) -> WeightFile:
    """Names with a layer's own before them, in the order of the file."""
    found: dict[str, dict[bool, str]] = {}
    is_kernel = False
    for name in values:
        match = _SUFFIXED.fullmatch(name)
        assert match is not None
        found.setdefault(match[1] or "", {})[match[2] != "bias"] = name
        is_kernel = is_kernel or match[2] == "kernel"
    return _paired(list(found.values()), values, place, "in-out" if is_kernel else "out-in")


def _paired(
    pairs: Sequence[Mapping[bool, str]], values: Mapping[str, Value], place: Place, layout: Layout | None
) -> WeightFile:
    """Layers from the names of their matrix (under ``True``) and their vector."""
    layers = []
    for pair in pairs:
        if True not in pair:
            raise place.error(f"{shown(pair[False])} has no matrix beside it; save weights and biases of each layer")
        biases = values[pair[False]]() if False in pair else None
        layers.append(FoundLayer(values[pair[True]](), biases, shown(pair[True])))
    return WeightFile(tuple(layers), layout)


def _in_order(items: Sequence[tuple[str, Any]], place: Place) -> WeightFile:
    """Matrices and vectors: each vector has the biases of the first matrix that has none yet."""
    names = [name for name, value in items if _dimensions(value) == 2]
    matrices = [value for _, value in items if _dimensions(value) == 2]
    vectors = [value for _, value in items if _dimensions(value) == 1]
    for name, value in items:
        if _dimensions(value) not in (1, 2):
            raise part(place, name).error("it is neither a matrix of weights nor a vector of biases; leave it out")
    if not matrices or len(vectors) not in (0, len(matrices)):
        raise place.error(
            f"it has {len(matrices)} matrices of weights and {len(vectors)} vectors of biases; give each layer both"
        )
    biases = vectors or [None] * len(matrices)
    return WeightFile(tuple(map(FoundLayer, matrices, biases, names)))


def _dimensions(value: Any) -> int:
    """Of a table in lists or of an array; 0 for a number or a text."""
    if isinstance(value, list):
        return 1 + (_dimensions(value[0]) if value else 0)
    return int(getattr(value, "ndim", 0))


def _parse(file: BinaryIO, place: Place) -> Any:
    data = file.read(MOST_WEIGHTS_JSON + 1)
    if len(data) > MOST_WEIGHTS_JSON:
        raise place.error(f"it is larger than {size_text(MOST_WEIGHTS_JSON)}; save the weights as NPZ")
    try:
        return parse_json(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise place.error("it is neither JSON in UTF-8 nor NPZ") from None
    except ParseError as error:
        where = place._replace(line=error.line or None, column=error.column or None)
        raise where.error(f"it is no JSON of weights: {error.reason}") from None


_CONVERSIONS: Final[Mapping[str, str]] = {
    "PyTorch": "import torch, numpy; numpy.savez('weights.npz', **{{k: v.numpy() for k, v in "
    "torch.load({path!r}, weights_only=True).items()}})",
    "Keras": "import keras, numpy; numpy.savez('weights.npz', *keras.saving.load_model({path!r}).get_weights())",
    "safetensors": "import numpy, safetensors.numpy; numpy.savez('weights.npz', "
    "**safetensors.numpy.load_file({path!r}))",
    "pickle": "import joblib, numpy; m = joblib.load({path!r}); numpy.savez('weights.npz', *m.coefs_, *m.intercepts_)",
}
"""By the maker of a file, the line that converts it."""
_ENDINGS: Final[Mapping[str, str]] = {
    **dict.fromkeys((".pt", ".pth"), "PyTorch"),
    **dict.fromkeys((".keras", ".h5", ".hdf5"), "Keras"),
    ".safetensors": "safetensors",
    **dict.fromkeys((".pkl", ".pickle", ".joblib"), "pickle"),
}


def _refuse_foreign(path: str, start: bytes, members: Sequence[str]) -> None:
    """Refuse what only its maker's own program can read, or what would have to be unpickled."""
    ending = re.search(r"\.[a-z0-9]+$", path.lower())
    maker = _ENDINGS.get(ending[0] if ending else "")
    if any(name.endswith("data.pkl") for name in members):
        maker = "PyTorch"
    elif start == b"\x89HDF\r\n\x1a\n" or "model.weights.h5" in members:
        maker = "Keras"
    elif maker is None and start[:1] == b"\x80":
        maker = "pickle"
    if maker is not None:
        _refuse(path, maker)


def _refuse(path: str, maker: str) -> NoReturn:
    # In the quotes of a shell these mean something else; nobody shall paste what a file's name says.
    line = _CONVERSIONS[maker].format(path="FILE" if set(path) & set("\"$`\\!'\n") else path)
    raise Place(path).error(f'a file of {maker} is not read; this converts it to weights.npz: python -c "{line}"')
