"""A run as a PyTorch script: its gradients and optimizers are PyTorch's, its random numbers NumPy's."""

from __future__ import annotations

from typing import Final

from tuinet.export import parts, predicting
from tuinet.export.plan import Plan, in_torch
from tuinet.session.edits import SetParameter

_IMPORTS: Final = """import math
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional"""


def torch_script(plan: Plan) -> str:
    """The script; beside it are the files of `parts.data_files`."""
    return parts.joined(
        parts.head(plan, "Python, NumPy and PyTorch 2", "up to rounding: 1e-10 as long as that does not grow"),
        predicting.with_imports(plan, _IMPORTS),
        f"torch.set_default_dtype(torch.{plan.experiment.dtype})\ntorch.set_num_threads(1)",
        parts.constants(plan),
        predicting.constants(plan) if plan.trained is not None else "",
        f"def prepared(table):\n    table = torch.from_numpy(table).to(torch.{plan.experiment.dtype})\n"
        "    return table[:, : SIZES[0]], table[:, SIZES[0] :]",
        _functions(plan),
        _network(plan),
        _forward(plan),
        _report(plan),
        predicting.functions(plan, _ANSWER) if plan.trained is not None else "",
        predicting.with_modes(plan, f"{parts.data(plan)}\n{_training(plan)}"),
    )


_ANSWER: Final = """take_over()
with torch.no_grad():
    outputs = ACTIVATIONS[-1](forward(inputs)).numpy()"""


def _functions(plan: Plan) -> str:
    parts = [f"def {name}(z):\n    return {in_torch(code, name)}" for name, code in plan.activation_codes.items()]
    return "\n\n\n".join([*parts, f"ACTIVATIONS = [{', '.join(plan.functions)}]"])


def _network(plan: Plan) -> str:
    learned = "[*(layer.weight for layer in layers), *(layer.bias for layer in layers)]"
    if plan.experiment.biases != "trained":
        learned = "[layer.weight for layer in layers]  # the biases do not learn"
    return f'''# The weights at the start: for each layer a block, the biases in its last row.
shapes = [(fan_in + 1, fan_out) for fan_in, fan_out in zip(SIZES, SIZES[1:])]
theta = np.zeros(sum(rows * columns for rows, columns in shapes), "{plan.experiment.dtype}")
ends = np.cumsum([rows * columns for rows, columns in shapes])
W = [part.reshape(shape) for part, shape in zip(np.split(theta, ends[:-1]), shapes)]
{parts.start(plan)}

layers = [torch.nn.Linear(fan_in, fan_out) for fan_in, fan_out in zip(SIZES, SIZES[1:])]


def take_over():
    """Give the layers the weights and biases of theta."""
    with torch.no_grad():
        for layer, block in zip(layers, W):
            layer.weight[:] = torch.from_numpy(block[:-1].T.copy())
            layer.bias[:] = torch.from_numpy(block[-1].copy())


take_over()
learned = {learned}
optimizer = torch.optim.{in_torch(plan.optimizer_code, plan.experiment.optimizer)}'''


def _forward(plan: Plan) -> str:
    parameters = "x, masks=()" if plan.has_dropout else "x"
    drop = "\n        x = x * masks[index] if index < len(masks) else x" if plan.has_dropout else ""
    return f'''def forward({parameters}):
    """The pre-activations of the output layer."""
    for index, layer in enumerate(layers[:-1]):
        x = ACTIVATIONS[index](layer(x)){drop}
    return layers[-1](x)'''


def _report(plan: Plan) -> str:
    test = "" if plan.test is None else "  test {loss(forward(test[0]), test[1]).item()!r}"
    return f'''def loss(z, y):
    """{parts.REDUCED[plan.loss.reduction]} all samples{parts.weighted(plan)}, without any penalty."""
    values = {in_torch(plan.loss_code, plan.loss.name)}
{_reduced(plan)}


@torch.no_grad()
def report(step):
    print(f"step {{step}}  epoch {{step // BATCHES}}  loss {{loss(forward(train[0]), train[1]).item()!r}}{test}")'''


def _reduced(plan: Plan) -> str:
    """The statements that make one loss of those of every output of every sample."""
    is_sum = plan.loss.reduction == "sum"
    if not plan.class_weights:
        return f"    return values{'.sum()' if is_sum else _over_outputs(plan) + '.mean()'}"
    classes = f"(y[:, 0] {plan.class_of}).long()" if plan.class_of else "y.argmax(dim=1)"
    return f"""    w = torch.tensor({list(plan.class_weights)!r})[{classes}]  # n / (classes * samples of the class)
    return (values{_over_outputs(plan)} * w).sum(){"" if is_sum else " / w.sum()"}"""


def _over_outputs(plan: Plan) -> str:
    is_mean = plan.loss.averages_outputs and plan.loss.reduction == "mean"
    return ".mean(dim=1)" if is_mean else ".sum(dim=1)"


def _training(plan: Plan) -> str:
    experiment = plan.experiment
    tables = ["train", *(["test"] if plan.test is not None else [])]
    split = "\n".join(f"{name} = prepared({name})" for name in tables)
    decay = "with torch.no_grad():\n    for parameter in learned:\n        parameter *= 1 - rate * WEIGHT_DECAY"
    step = [
        'optimizer.param_groups[0]["lr"] = rate',
        _batch(plan),
        _masks(plan),
        f"objective = loss(forward(x{', masks' if plan.has_dropout else ''}), y)",
        "objective = objective + L1 * sum(layer.weight.abs().sum() for layer in layers)" if experiment.l1 else "",
        "objective = objective + 0.5 * L2 * sum(layer.weight.square().sum() for layer in layers)"
        if experiment.l2
        else "",
        "optimizer.zero_grad()\nobjective.backward()",
        "torch.nn.utils.clip_grad_norm_(learned, CLIP_NORM)" if experiment.clip_norm else "",
        decay if plan.settings.weight_decay else "",
        "optimizer.step()",
    ]
    return parts.training(plan, [split], step, _set_parameter)


def _set_parameter(command: SetParameter) -> str:
    place = f"weight[{command.column}, {command.row}]" if command.row is not None else f"bias[{command.column}]"
    return f"layers[{command.layer - 1}].{place.replace('[', '.data[', 1)} = {command.value!r}"


def _batch(plan: Plan) -> str:
    if plan.is_full:
        return "x, y = train"
    return f"{parts.CHOOSE_BATCH}\nx, y = train[0][chosen], train[1][chosen]"


def _masks(plan: Plan) -> str:
    if not plan.has_dropout:
        return ""
    return """kept = [drops.random((size, len(x))).T >= DROPOUT for size in SIZES[1:-1]]
masks = [torch.from_numpy(keep.copy()) / (1 - DROPOUT) for keep in kept]"""
