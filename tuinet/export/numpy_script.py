"""A run as a script that needs nothing but NumPy."""

from __future__ import annotations

import re
from typing import Final

from tuinet.export import parts, predicting
from tuinet.export.parts import HELPERS
from tuinet.export.plan import Plan
from tuinet.nn.functions import Code
from tuinet.session.edits import SetParameter

_IMPORTS = """import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more threads add up in another order
os.environ.setdefault("MKL_NUM_THREADS", "1")

import math
from pathlib import Path

import numpy as np

np.seterr(all="ignore")  # a run that diverges ends in infinities, and that is no error"""


_ALIKE: Final = {
    True: "but for last digits (here BLAS and NumPy sum as is quickest, in tuinet everything has its order)",
    False: "to the last bit (with the same NumPy on the same kind of processor)",
}
"""How nearly a script gives the numbers of a run, by whether that is in portable arithmetic."""


def numpy_script(plan: Plan) -> str:
    """The script; beside it are the files of `parts.data_files`."""
    return parts.joined(
        parts.head(plan, "Python and NumPy 2", _ALIKE[plan.is_portable]),
        predicting.with_imports(plan, _IMPORTS),
        parts.constants(plan),
        predicting.constants(plan) if plan.trained is not None else "",
        _samples(plan),
        _functions(plan),
        _parameters(plan),
        _forward(plan),
        _gradient(plan),
        _report(plan),
        predicting.functions(plan, _ANSWER) if plan.trained is not None else "",
        predicting.with_modes(plan, f"{parts.data(plan)}\n{_training(plan)}"),
    )


_ANSWER: Final = "outputs = forward(inputs.T)[-1][2].T"


def _samples(plan: Plan) -> str:
    cast = '\n    table = table.astype("float32")' if plan.experiment.dtype == "float32" else ""
    return f'''def prepared(table):
    """Inputs with a last column of ones for the biases, a row a sample; targets, a column a sample."""{cast}
    inputs, targets = table[:, : SIZES[0]], table[:, SIZES[0] :]
    ones = np.ones((len(table), 1), table.dtype)
    return np.ascontiguousarray(np.hstack([inputs, ones])), np.ascontiguousarray(targets.T)'''


def _functions(plan: Plan) -> str:
    codes = plan.activation_codes
    names, written = list(codes), "".join(code.numpy + code.slope for code in codes.values())
    helpers = [source for name, source in HELPERS.items() if name not in names and f"{name}(" in written]
    order = [*(name for name in names if name in HELPERS), *(name for name in names if name not in HELPERS)]
    parts = [*helpers, *(_function(name, codes[name]) for name in order)]
    slopes = ", ".join("None" if name == "softmax" else f"{name}_slope" for name in plan.functions)
    parts.append(f"ACTIVATIONS = [{', '.join(plan.functions)}]\nSLOPES = [{slopes}]")
    parts += [part for part in (plan.loss_code.helper, _weights(plan)) if part]
    return "\n\n\n".join(parts)


def _weights(plan: Plan) -> str:
    """The function that gives the weights of samples."""
    if not plan.class_weights:
        return ""
    classes = f"(y[0] {plan.class_of}).astype(int)" if plan.class_of else "y.argmax(axis=0)"
    return f'''def weights(y):
    """Of each sample that of its class: n / (classes * samples of the class) in the training set."""
    return np.array({list(plan.class_weights)!r}, "{plan.experiment.dtype}")[{classes}]'''


def _function(name: str, code: Code) -> str:
    if name == "softmax":
        return "def softmax(z):\n    powers = np.exp(z - z.max(axis=0))\n    return powers / powers.sum(axis=0)"
    return f"def {name}(z):\n    return {code.numpy}\n\n\ndef {name}_slope(z, a):\n    return {code.slope}"


def _parameters(plan: Plan) -> str:
    weights = "\nis_weight = np.ones_like(theta)\nfor block in blocks(is_weight):\n    block[-1] = 0.0"
    return f'''def blocks(vector):
    """For each layer the part of a vector that is its weights, and in the last row its biases."""
    shapes = [(fan_in + 1, fan_out) for fan_in, fan_out in zip(SIZES, SIZES[1:])]
    ends = np.cumsum([rows * columns for rows, columns in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(vector, ends[:-1]), shapes)]


theta = np.zeros(sum((fan_in + 1) * fan_out for fan_in, fan_out in zip(SIZES, SIZES[1:])), "{plan.experiment.dtype}")
W = blocks(theta)
{parts.start(plan)}{weights if plan.experiment.l1 or plan.experiment.l2 else ""}'''


def _forward(plan: Plan) -> str:
    passed = "a * masks[layer] if layer < len(masks) else a" if plan.has_dropout else "a"
    parameters = "x, masks=()" if plan.has_dropout else "x"
    return f'''def forward({parameters}):
    """What each layer is given (x), its pre-activations z and its activations a."""
    passes = []
    for layer, block in enumerate(W):
        z = block.T.dot(x)
        a = ACTIVATIONS[layer](z)
        passes.append((x, z, a))
        x = np.vstack([{passed}, np.ones((1, x.shape[1]), x.dtype)])
    return passes'''


def _gradient(plan: Plan) -> str:
    dropped = "\n        delta = delta * masks[layer - 1]" if plan.has_dropout else ""
    output = "" if plan.loss.is_canonical else "\n    delta = delta * SLOPES[-1](z, a)"
    w = "\n    w = weights(y)" if plan.class_weights else ""
    by_weights = (
        "blocks(grad)[layer][:] = x.dot(delta.T)"
        if plan.experiment.biases == "trained"
        else "blocks(grad)[layer][:-1] = x[:-1].dot(delta.T)  # the biases do not learn"
    )
    return f'''def gradient(passes, y{", masks" if plan.has_dropout else ""}):
    """Backpropagation: the gradient of the loss by all weights and biases."""
    grad = np.zeros_like(theta)
    _, z, a = passes[-1]{w}
    delta = {_slope(plan)}{output}
    for layer in reversed(range(len(W))):
        x, _, _ = passes[layer]
        {by_weights}
        if layer == 0:
            return grad
        _, z, a = passes[layer - 1]
        delta = W[layer][:-1].dot(delta){dropped}
        delta = delta * SLOPES[layer - 1](z, a)'''


_SCALE: Final = re.compile(r"scale\((-?\d+)\)")


def _slope(plan: Plan) -> str:
    """The gradient by the outputs, with each sample's share of the loss."""
    parts, is_sum = plan.loss.parts(plan.layer_sizes[-1]), plan.loss.reduction == "sum"

    def scaled(found: re.Match[str]) -> str:
        c = found[1]
        if not plan.class_weights:
            return c if is_sum else f"({c} / {'y.size' if plan.loss.averages_outputs else 'y.shape[1]'})"
        share = "w" if is_sum else "(w / w.sum())"
        return f"({share} * {c})" if parts == 1 else f"({share} * ({c} / len(y)))"

    return _SCALE.sub(scaled, plan.loss_code.slope)


def _report(plan: Plan) -> str:
    test = "" if plan.test is None else "  test {loss(*test)!r}"
    outputs = plan.loss.parts(plan.layer_sizes[-1])
    divided = f"\n    values = values / {outputs}" if outputs > 1 else ""
    w = "\n    w = weights(y)" if plan.class_weights else ""
    return f'''def loss(inputs, y):
    """{parts.REDUCED[plan.loss.reduction]} all samples{parts.weighted(plan)}, without any penalty."""
    _, z, a = forward(inputs.T)[-1]
    values = {plan.loss_code.numpy}{divided}{w}
    return {_reduced(plan)}


def report(step):
    print(f"step {{step}}  epoch {{step // BATCHES}}  loss {{loss(*train)!r}}{test}")'''


def _reduced(plan: Plan) -> str:
    if not plan.class_weights:
        return f"float(values.{plan.loss.reduction}(dtype=np.float64))"
    total = "float((values * w).sum(dtype=np.float64))"
    return total if plan.loss.reduction == "sum" else f"{total} / float(w.sum(dtype=np.float64))"


def _training(plan: Plan) -> str:
    experiment = plan.experiment
    tables = "train = prepared(train)" if plan.test is None else "train, test = prepared(train), prepared(test)"
    step = [
        _batch(plan),
        _masks(plan),
        f"grad = gradient(forward(x{', masks' if plan.has_dropout else ''}), y{', masks' if plan.has_dropout else ''})",
        "grad = grad + np.sign(theta) * (L1 * is_weight)" if experiment.l1 else "",
        "grad = grad + theta * (L2 * is_weight)" if experiment.l2 else "",
        _CLIP if experiment.clip_norm else "",
        plan.optimizer_code.numpy,
        f'update = update + theta * np.multiply(rate, WEIGHT_DECAY, dtype="{experiment.dtype}")'
        if plan.settings.weight_decay
        else "",
        "" if experiment.biases == "trained" else "for block in blocks(update):\n    block[-1] = 0.0",
        "theta -= update",
    ]
    return parts.training(plan, [plan.optimizer_code.memory, tables], step, _set_parameter)


def _set_parameter(command: SetParameter) -> str:
    row = -1 if command.row is None else command.row
    return f"W[{command.layer - 1}][{row}, {command.column}] = {command.value!r}"


def _batch(plan: Plan) -> str:
    if plan.is_full:
        return "x, y = train[0].T, train[1]"
    return f"{parts.CHOOSE_BATCH}\nx, y = train[0].take(chosen, axis=0).T, train[1].take(chosen, axis=1)"


def _masks(plan: Plan) -> str:
    if not plan.has_dropout:
        return ""
    return """kept = [drops.random((size, x.shape[1])) >= DROPOUT for size in SIZES[1:-1]]
masks = [np.multiply(keep.astype(theta.dtype), 1 / (1 - DROPOUT)) for keep in kept]"""


_CLIP = """factor = CLIP_NORM / (float(np.sqrt(grad.dot(grad))) + 1e-6)
if factor < 1:
    grad = grad * factor"""
