"""One training step in plain Python: loops over floats, textbook formulas, nothing of tuinet's own arithmetic."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tuinet.experiment.experiment import Experiment

Table = list[list[float]]

FUNCTIONS: dict[str, tuple[Any, Any]] = {
    "sigmoid": (lambda z: 1 / (1 + math.exp(-z)), lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2),
    "tanh": (math.tanh, lambda z: 1 / math.cosh(z) ** 2),
    "relu": (lambda z: z if z > 0 else 0.0, lambda z: 1.0 if z > 0 else 0.0),
    "leaky_relu": (lambda z: z if z > 0 else 0.01 * z, lambda z: 1.0 if z > 0 else 0.01),
    "elu": (lambda z: z if z > 0 else math.exp(z) - 1, lambda z: 1.0 if z > 0 else math.exp(z)),
    "gelu": (
        lambda z: z * (1 + math.erf(z / 2**0.5)) / 2,
        lambda z: (1 + math.erf(z / 2**0.5)) / 2 + z * math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
    ),
    "silu": (
        lambda z: z / (1 + math.exp(-z)),
        lambda z: (1 + math.exp(-z) + z * math.exp(-z)) / (1 + math.exp(-z)) ** 2,
    ),
    "softplus": (lambda z: math.log(1 + math.exp(z)), lambda z: 1 / (1 + math.exp(-z))),
    "softsign": (lambda z: z / (1 + abs(z)), lambda z: 1 / (1 + abs(z)) ** 2),
    "sin": (math.sin, math.cos),
    "linear": (lambda z: z, lambda z: 1.0),
    "step": (lambda z: 1.0 if z > 0 else 0.0, lambda z: 0.0),
}
ADAPTIVE_EPSILON = {"adagrad": 1e-10}


@dataclass
class Oracle:
    """What the step computes, layer by layer, from what it starts with."""

    experiment: Experiment
    loss: str
    activations: list[str]
    blocks: list[Table]
    x: Table
    y: Table
    masks: list[Table] | None
    learning_rate: float
    slots: dict[str, list[Table]]
    scalars: dict[str, float]
    weights: list[float]
    class_weights: list[float]
    inputs: list[Table] = field(default_factory=list)
    z: list[Table] = field(default_factory=list)
    a: list[Table] = field(default_factory=list)
    passed: list[Table] = field(default_factory=list)
    deltas: list[Table] = field(default_factory=list)
    slopes: list[Table] = field(default_factory=list)
    before_mask: list[Table] = field(default_factory=list)
    grads: list[Table] = field(default_factory=list)
    penalized: list[Table] = field(default_factory=list)
    clipped: list[Table] = field(default_factory=list)

    def run(self) -> None:
        self._forward()
        self._backward()
        self._regularize()

    def _forward(self) -> None:
        rows = self.x
        for layer, block in enumerate(self.blocks):
            self.inputs.append(rows)
            z = [
                [sum(x * block[i][j] for i, x in enumerate(row)) + block[-1][j] for j in range(len(block[0]))]
                for row in rows
            ]
            a = [self._activate(layer, row) for row in z]
            masks = self.masks[layer] if self.masks and layer < len(self.masks) else None
            rows = a if masks is None else [[m * v for m, v in zip(ms, vs)] for ms, vs in zip(masks, a)]  # noqa: B905
            self.z.append(z)
            self.a.append(a)
            self.passed.append(rows)

    def _activate(self, layer: int, z: list[float]) -> list[float]:
        if self.activations[layer] == "softmax":
            total = sum(math.exp(v) for v in z)
            return [math.exp(v) / total for v in z]
        return [FUNCTIONS[self.activations[layer]][0](v) for v in z]

    def loss_of(self, row: int) -> float:
        """Of one sample, before its weight; in the sum nothing is divided by the number of outputs."""
        a, y = self.a[-1][row], self.y[row]
        pairs = list(zip(a, y, strict=True))
        if self.loss == "hinge":
            return self._hinge(a, y)
        if self.loss == "cross-entropy" and self.activations[-1] == "softmax":
            return -sum(t * math.log(p) for p, t in pairs if t)
        if self.loss == "cross-entropy":
            return -sum(math.log(p) if t == 1 else math.log(1 - p) for p, t in pairs)
        parts = len(a) if self.experiment.reduction == "mean" else 1
        each: dict[str, Callable[[float, float], float]] = {
            "binary-cross-entropy": lambda p, t: -(math.log(p) if t == 1 else math.log(1 - p)) / parts,
            "mse": lambda p, t: (p - t) ** 2 / parts,
            "sse": lambda p, t: (p - t) ** 2 / 2,
            "mae": lambda p, t: abs(p - t) / parts,
            "huber": lambda p, t: ((p - t) ** 2 / 2 if abs(p - t) < 1 else abs(p - t) - 0.5) / parts,
        }
        return sum(each[self.loss](p, t) for p, t in pairs)

    @staticmethod
    def _hinge(a: list[float], y: list[float]) -> float:
        if len(a) == 1:
            return max(0.0, 1 - y[0] * a[0])
        right = y.index(1.0)
        return sum(max(0.0, a[j] - a[right] + 1) for j in range(len(a)) if j != right)

    def slope(self, row: int, j: int) -> float:
        """∂L/∂a of an output, L being the batch's loss; for the cross-entropies ∂L/∂z."""
        own, n, outputs = self.own_slope(row, j), len(self.x), len(self.y[0])
        if self.experiment.reduction == "sum":
            return own * self.weights[row]
        if self.loss in ("cross-entropy", "sse", "hinge"):
            outputs = 1
        return own * self.weights[row] / (outputs * (sum(self.weights) if self.is_weighted else n))

    def own_slope(self, row: int, j: int) -> float:
        """The same of one sample's loss, summed over the outputs."""
        a, y = self.a[-1][row], self.y[row]
        error = a[j] - y[j]
        if self.loss == "hinge":
            if len(a) == 1:
                return -y[0] if y[0] * a[0] < 1 else 0.0
            right = y.index(1.0)
            near = [k for k in range(len(a)) if k != right and a[k] - a[right] + 1 > 0]
            return float(-len(near) if j == right else j in near)
        return {
            "cross-entropy": error,
            "binary-cross-entropy": error,
            "mse": 2 * error,
            "sse": error,
            "mae": math.copysign(1, error) * (error != 0),
            "huber": error if abs(error) < 1 else math.copysign(1, error),
        }[self.loss]

    @property
    def is_weighted(self) -> bool:
        return self.experiment.class_weight != "none"

    @property
    def batch_loss(self) -> float:
        losses = [weight * self.loss_of(row) for row, weight in enumerate(self.weights)]
        if self.experiment.reduction == "sum":
            return sum(losses)
        return sum(losses) / (sum(self.weights) if self.is_weighted else len(losses))

    def derivative(self, layer: int, row: int, j: int) -> float:
        return float(FUNCTIONS[self.activations[layer]][1](self.z[layer][row][j]))

    def _backward(self) -> None:
        last = len(self.blocks) - 1
        for layer in range(last, -1, -1):
            before: Table = []
            for row in range(len(self.x)):
                before.append([self._arriving(layer, row, j) for j in range(len(self.blocks[layer][0]))])
            mask = self.masks[layer] if self.masks and layer < last else None
            slopes = (
                before
                if mask is None
                else [[m * v for m, v in zip(ms, vs, strict=True)] for ms, vs in zip(mask, before, strict=True)]
            )
            canonical = layer == last and self.loss.endswith("cross-entropy")
            deltas = [
                [v * (1 if canonical else self.derivative(layer, r, j)) for j, v in enumerate(row)]
                for r, row in enumerate(slopes)
            ]
            self.before_mask.insert(0, before)
            self.slopes.insert(0, slopes)
            self.deltas.insert(0, deltas)
            self.grads.insert(0, self._gradient(layer, deltas))

    def _arriving(self, layer: int, row: int, j: int) -> float:
        if layer == len(self.blocks) - 1:
            return self.slope(row, j)
        return sum(w * d for w, d in zip(self.blocks[layer + 1][j], self.deltas[0][row], strict=True))

    def _gradient(self, layer: int, deltas: Table) -> Table:
        rows = [[*row, 1.0 if self.experiment.biases == "trained" else 0.0] for row in self.inputs[layer]]
        return [
            [sum(x[i] * d[j] for x, d in zip(rows, deltas, strict=True)) for j in range(len(deltas[0]))]
            for i in range(len(rows[0]))
        ]

    def _regularize(self) -> None:
        l1, l2 = self.experiment.l1, self.experiment.l2 or 0.0
        for grads, block in zip(self.grads, self.blocks, strict=True):
            rows = [
                [g + l1 * ((w > 0) - (w < 0)) + l2 * w for g, w in zip(gs, ws, strict=True)]
                for gs, ws in zip(grads[:-1], block[:-1], strict=True)
            ]
            self.penalized.append([*rows, grads[-1]])
        factor = min(1.0, self.factor) if self.experiment.clip_norm else 1.0
        self.clipped = [[[g * factor for g in row] for row in grads] for grads in self.penalized]

    @property
    def norm(self) -> float:
        return math.sqrt(sum(self.layer_norm(layer) for layer in range(len(self.blocks))))

    def layer_norm(self, layer: int) -> float:
        return sum(g * g for row in self.penalized[layer] for g in row)

    @property
    def factor(self) -> float:
        return self.experiment.clip_norm / (self.norm + 1e-6)

    def update(self, layer: int, i: int, j: int) -> dict[str, float]:
        """Every quantity that the update of a parameter passes through."""
        e, g, w = self.experiment, self.clipped[layer][i][j], self.blocks[layer][i][j]
        beta2 = e.beta2 if e.beta2 is not None else 0.99 if e.optimizer == "rmsprop" else 0.999
        epsilon = e.epsilon if e.epsilon is not None else ADAPTIVE_EPSILON.get(e.optimizer, 1e-8)
        old = {name: tables[layer][i][j] for name, tables in self.slots.items()}
        found: dict[str, float] = {}
        match e.optimizer:
            case "sgd":
                found["update"] = self.learning_rate * g
            case "momentum" | "nesterov":
                found["v"] = e.momentum * old["v"] + g
                ahead = g + e.momentum * found["v"] if e.optimizer == "nesterov" else found["v"]
                found["update"] = self.learning_rate * ahead
            case "adagrad":
                found["s"] = old["s"] + g * g
                found["update"] = self.learning_rate * g / (math.sqrt(found["s"]) + epsilon)
            case "rmsprop":
                found["v"] = beta2 * old["v"] + (1 - beta2) * g * g
                found["update"] = self.learning_rate * g / (math.sqrt(found["v"]) + epsilon)
            case _:
                self._adam(found, old, g, (e.beta1, beta2, epsilon))
        decay = e.weight_decay if e.weight_decay is not None else 0.01 if e.optimizer == "adamw" else 0.0
        found["new"] = w - found["update"] - self.learning_rate * decay * w
        return found

    def _adam(
        self, found: dict[str, float], old: dict[str, float], g: float, constants: tuple[float, float, float]
    ) -> None:
        beta1, beta2, epsilon = constants
        t = self.scalars["t"] + 1
        found["m"] = beta1 * old["m"] + (1 - beta1) * g
        found["v"] = beta2 * old["v"] + (1 - beta2) * g * g
        largest = found["v"]
        if self.experiment.optimizer == "amsgrad":
            largest = found["v_max"] = max(old["v_max"], found["v"])
        found["v_hat"] = largest / (1 - beta2**t)
        found["m_hat"] = found["m"] / (1 - beta1**t)
        top = found["m_hat"]
        if self.experiment.optimizer == "nadam":
            mu = beta1 * (1 - 0.5 * 0.96 ** (0.004 * t))
            following = beta1 * (1 - 0.5 * 0.96 ** (0.004 * (t + 1)))
            product = self.scalars["mu_product"] * mu
            found |= {"mu": mu, "mu_next": following, "mu_product": product}
            found["m_hat"] = following * found["m"] / (1 - product * following)
            found["g_hat"] = (1 - mu) * g / (1 - product)
            top = found["m_hat"] + found["g_hat"]
        found["update"] = self.learning_rate * top / (math.sqrt(found["v_hat"]) + epsilon)
