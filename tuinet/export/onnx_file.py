"""A network with its encoder as ONNX, through the optional library: ``pip install 'tuinet[onnx]'``."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

import numpy as np

from tuinet import __version__
from tuinet.data.dataset import Dataset
from tuinet.export.plan import ExportError, required
from tuinet.export.predicting import feature_code
from tuinet.nn.activations import ACTIVATIONS
from tuinet.nn.parameters import Array
from tuinet.session.predictor import Predictor

NAME: Final = "network.onnx"
_OPSET: Final = 17
_IR_VERSION: Final = 8
"""Of 2021: what reads models today reads it."""
_NORMAL_CDF: Final = "0.5 * (1 + np.erf(z / math.sqrt(2)))"
_BINARY: Final[Mapping[type[ast.AST], str]] = {
    ast.Add: "Add",
    ast.Sub: "Sub",
    ast.Mult: "Mul",
    ast.Div: "Div",
    ast.Pow: "Pow",
    ast.Gt: "Greater",
    ast.Lt: "Less",
    ast.GtE: "GreaterOrEqual",
    ast.LtE: "LessOrEqual",
}
_FUNCTIONS: Final[Mapping[str, str]] = {
    "maximum": "Max",
    "minimum": "Min",
    "where": "Where",
    **{name: name.capitalize() for name in ("abs", "exp", "log", "sqrt", "sign", "reciprocal")},
    **{name: name.capitalize() for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "arctan": "Atan",
    "arcsinh": "Asinh",
}
"""Functions of NumPy that are an operator of ONNX."""
_SPELLED_OUT: Final[Mapping[str, str]] = {
    "np.square": "z * z",
    "np.expm1": "np.exp(z) - 1.0",
    "np.log1p": "np.log(1.0 + z)",
    "np.logaddexp": "np.maximum(z, y) + np.log(1.0 + np.exp(0.0 - np.abs(z - y)))",
    "normal_cdf": _NORMAL_CDF,
}
"""Functions that are several operators, of z and y."""


def onnx_model(predictor: Predictor) -> bytes:
    """The model: raw features in, answers out, both in double precision whatever the network's is.

    The error function of gelu is computed in single precision, since that is what runtimes have: seven digits.

    Its input ``X`` has the shape (samples, features): numbers as they are, and for a text 0 or 1 for each of its known
    values; missing values are to be filled before. Its output is ``prediction`` in the unit of the targets, or
    ``probabilities`` of the classes or labels, or the network's ``outputs`` where these are no probabilities.

    Raises
    ------
    ExportError
        If the library is missing, or a function of the network is not known to ONNX.
    """
    graph = _Graph(_library(), "double")
    x = _encode(graph, predictor.dataset)
    network = predictor.network
    graph.kind = "double" if network.parameters.vector.dtype == np.float64 else "float"
    x = graph.cast(x)
    for activation, weights, biases in zip(
        network.activations, network.parameters.weights, network.parameters.biases, strict=True
    ):
        z = graph.add("Add", graph.add("MatMul", x, graph.array(weights)), graph.array(biases))
        if activation.name == "softmax":
            x = graph.add("Softmax", z, axis=1)
        else:
            x = graph.expression(required(activation.code, activation.name).numpy, z=z)
    graph.kind = "double"
    name = _answer(graph, graph.cast(x), predictor)
    return graph.serialized(predictor.dataset, name, _described(predictor))


def _library() -> Any:
    try:
        return import_module("onnx")
    except ImportError:
        raise ExportError("ONNX needs a library: pip install 'tuinet[onnx]'") from None


def _encode(graph: _Graph, dataset: Dataset) -> str:
    """What the Encoder does: the network's inputs from ``X``."""
    x, encoder = "X", dataset.encoder
    if encoder.features:
        pair = {f"x{index + 1}": graph.add("Gather", x, graph.whole([index]), axis=1) for index in range(2)}
        x = graph.add("Concat", *(graph.expression(feature_code(name), **pair) for name in encoder.features), axis=1)
    if encoder.shift is not None:
        x = graph.add("Sub", x, graph.array(encoder.shift))
    return x if encoder.scale is None else graph.add("Div", x, graph.array(encoder.scale))


def _answer(graph: _Graph, outputs: str, predictor: Predictor) -> str:
    """Write the answers, and tell their name."""
    dataset, scale = predictor.dataset, predictor.dataset.target_scale
    if dataset.task == "regression":
        if scale is not None:
            outputs = graph.expression("z * s + m", z=outputs, s=graph.array(scale.scale), m=graph.array(scale.shift))
        graph.add("Identity", outputs, name="prediction")
        return "prediction"
    if not predictor.has_probabilities:
        graph.add("Identity", outputs, name="outputs")
        return "outputs"
    activation = predictor.network.loss.output_activation
    shares = graph.expression("(z + 1.0) / 2.0", z=outputs) if activation == "tanh" else outputs
    if dataset.task == "binary":
        graph.add("Concat", graph.expression("1.0 - z", z=shares), shares, axis=1, name="probabilities")
    elif dataset.task == "labels" or activation == "softmax":
        graph.add("Identity", shares, name="probabilities")
    else:
        total = graph.add("ReduceSum", shares, graph.whole([1]), keepdims=1)
        graph.add("Div", shares, total, name="probabilities")
    return "probabilities"


def _described(predictor: Predictor) -> dict[str, str]:
    dataset = predictor.dataset
    lists = {
        "inputs": dataset.feature_names,
        "answers": dataset.answer_names,
    }
    return {name: json.dumps(list(names), ensure_ascii=False) for name, names in lists.items()}


class _Graph:
    """Collects operators; every value has a name."""

    def __init__(self, library: Any, kind: str) -> None:
        self.kind = kind
        """The type of numbers of what is added: double or float."""
        self._onnx = library
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def add(self, operator: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Add an operator, and tell the name of its result."""
        name = name or f"v{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def cast(self, value: str) -> str:
        """A value in the present type of numbers."""
        return self.add("Cast", value, to=getattr(self._onnx.TensorProto, self.kind.upper()))

    def in_single_precision(self, operator: str, value: str) -> str:
        """An operator that runtimes have for single precision alone: the error function."""
        kind, self.kind = self.kind, "float"
        found = self.add(operator, self.cast(value))
        self.kind = kind
        return self.cast(found)

    def array(self, values: Array | float) -> str:
        """A constant in the present type of numbers."""
        return self._constant(np.asarray(values, np.float64 if self.kind == "double" else np.float32))

    def whole(self, values: list[int]) -> str:
        """A constant of whole numbers."""
        return self._constant(np.array(values, np.int64))

    def _constant(self, values: Any) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(self._onnx.numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def expression(self, code: str, **values: str) -> str:
        """The value of an expression of NumPy, as `Code` has it, in values of the graph."""
        return _Translation(self, values, code).value(ast.parse(code, mode="eval").body)

    def serialized(self, dataset: Dataset, output: str, facts: Mapping[str, str]) -> bytes:
        """The whole model."""
        helper, double = self._onnx.helper, self._onnx.TensorProto.DOUBLE
        outputs = 2 if dataset.task == "binary" and output == "probabilities" else dataset.y.shape[1]
        graph = helper.make_graph(
            self._nodes,
            "network",
            [helper.make_tensor_value_info("X", double, ["samples", len(dataset.feature_names)])],
            [helper.make_tensor_value_info(output, double, ["samples", outputs])],
            self._constants,
        )
        model = helper.make_model(
            graph,
            producer_name="tuinet",
            producer_version=__version__,
            opset_imports=[helper.make_opsetid("", _OPSET)],
            ir_version=_IR_VERSION,
            doc_string="X: raw features, a text as 0 or 1 for each of its known values.",
        )
        helper.set_model_props(model, dict(facts))
        self._onnx.checker.check_model(model)
        data: bytes = model.SerializeToString()
        return data


class _Translation:
    """An expression of NumPy in operators of ONNX."""

    def __init__(self, graph: _Graph, values: Mapping[str, str], code: str) -> None:
        self._graph, self._values, self._code = graph, values, code

    def value(self, tree: ast.AST) -> str:
        """The name of the value of an expression."""
        number = _number(tree)
        if number is not None:
            return self._graph.array(number)
        match tree:
            case ast.Name(id=name) if name in self._values:
                return self._values[name]
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _BINARY:
                return self._graph.add(_BINARY[type(operator)], self.value(left), self.value(right))
            case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in _BINARY:
                return self._graph.add(_BINARY[type(operator)], self.value(left), self.value(right))
            case ast.Call(func=function, args=arguments):
                return self._call(ast.unparse(function), arguments)
        raise self._unknown(ast.unparse(tree))

    def _call(self, name: str, arguments: list[ast.expr]) -> str:
        graph, short = self._graph, name.removeprefix("np.")
        if name == "np.heaviside":
            return graph.cast(graph.add("Greater", self.value(arguments[0]), graph.array(0.0)))
        if name == "z.copy":
            return self._values["z"]
        values = [self.value(argument) for argument in arguments]
        if short in _FUNCTIONS and short != name:
            return graph.add(_FUNCTIONS[short], *values)
        if name == "np.erf":
            return graph.in_single_precision("Erf", *values)
        known = ACTIVATIONS[name].code if name in ACTIVATIONS else None
        code = known.numpy if known else _SPELLED_OUT.get(name)
        if code is None:
            raise self._unknown(name)
        return graph.expression(code, **dict(zip("zy", values, strict=False)))

    def _unknown(self, text: str) -> ExportError:
        return ExportError(f"{text} in {self._code} is not known to ONNX; export a script of NumPy")


def _number(tree: ast.AST) -> float | None:
    """The number that an expression without arrays stands for: ``math.sqrt(2)``."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if names - {"math"} or not isinstance(tree, ast.expr):
        return None
    # The code is declared in tuinet, beside what it computes.
    evaluate: Callable[..., Any] = eval
    return float(evaluate(compile(ast.Expression(tree), "code", "eval"), {"math": math}))
