"""Solves exercises from the text that is printed, by textbook formulas in plain Python."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ACTIVATIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "sigmoid": (lambda z: 1 / (1 + math.exp(-z)), lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2),
    "tanh": (math.tanh, lambda z: 1 / math.cosh(z) ** 2),
    "softsign": (lambda z: z / (1 + abs(z)), lambda z: 1 / (1 + abs(z)) ** 2),
    "softplus": (lambda z: math.log(1 + math.exp(z)), lambda z: 1 / (1 + math.exp(-z))),
    "silu": (
        lambda z: z / (1 + math.exp(-z)),
        lambda z: (1 + math.exp(-z) + z * math.exp(-z)) / (1 + math.exp(-z)) ** 2,
    ),
    "elu": (lambda z: z if z > 0 else math.exp(z) - 1, lambda z: 1.0 if z > 0 else math.exp(z)),
    "sin": (math.sin, math.cos),
    "linear": (lambda z: z, lambda z: 1.0),
}
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_NUMBER = r"−?\d+(?:\.\d+)?(?:e−?\d+)?"


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def values(text: str) -> dict[str, float]:
    """All ``name = number`` of a text, subscripts as digits."""
    plain = text.translate(_SUBSCRIPTS)
    return {name: number(value) for name, value in re.findall(rf"([^\s,;:(]+) = ({_NUMBER})", plain)}


def indexed(found: dict[str, float], letter: str) -> list[float]:
    """Of ``a = 1``, or of ``a1 = 1, a2 = 2``, the numbers in order."""
    names = [name for name in found if re.fullmatch(rf"{letter}\d*", name)]
    return [found[name] for name in sorted(names, key=lambda name: int(name[1:] or 0))]


@dataclass
class Given:
    """What is printed above the questions."""

    texts: list[str]
    weights: dict[str, dict[str, float]] = field(default_factory=dict)
    """Into each neuron, by its name."""
    samples: dict[int, dict[str, float]] = field(default_factory=dict)
    all: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for text in self.texts:
            found = values(text)
            if match := re.match(r"Into (\S+(?: of layer \d)?): ", text):
                self.weights[match[1]] = found
            elif match := re.match(r"Sample (\d+)", text):
                self.samples.setdefault(int(match[1]), {}).update(found)
            else:
                self.all |= found

    def first(self, pattern: str) -> re.Match[str]:
        """Where a pattern stands for the first time."""
        found = re.search(pattern, " ".join(self.texts))
        assert found, (pattern, self.texts)
        return found

    def activation(self, layer: int) -> str:
        return self.first(rf"(\w+) in layer {layer}")[1]

    def column(self, neuron: str) -> tuple[list[float], float]:
        """The weights that lead into a neuron, in order, and its bias."""
        into = self.weights[neuron]
        names = sorted((name for name in into if name != "b"), key=lambda name: int(name[1:]))
        return [into[name] for name in names], into["b"]


Answer = Any
"""A number, or the sizes of a shape."""


class Solver:
    """Answers the questions of one exercise in order.

    Parameters
    ----------
    overruled
        Answers that a student has given, by the names of the questions: later ones go on with them.
    """

    def __init__(self, topic: str, texts: list[str], overruled: dict[str, float] | None = None) -> None:
        self.topic, self.given, self.overruled = topic, Given(texts), overruled or {}
        self.known: dict[str, Any] = {}

    def answers(self, questions: list[tuple[str, str]]) -> dict[str, Answer]:
        """The answer to each question, by its name."""
        solve = getattr(self, self.topic.replace("-", "_"))
        found = {}
        for name, question in questions:
            found[name] = value = solve(question)
            self.known[question] = self.overruled.get(name, value)
        return found

    def forward(self, question: str) -> float:
        what, neuron = question.split(" of ")
        layer = int(self.given.first(rf"Into {neuron}")[0][-1] or 1) if what == "layer" else self._layer(neuron)
        if what == "z":
            w, b = self.given.column(neuron)
            sample = next(iter(self.given.samples.values()))
            x = indexed(sample, "x") if layer == 1 else self._hidden()
            return sum(one * other for one, other in zip(w, x, strict=True)) + b
        z = self.known[f"z of {neuron}"]
        if what == "σ(z)":
            return 1 / (1 + math.exp(-z))
        if f"σ(z) of {neuron}" in self.known:
            return float(z * self.known[f"σ(z) of {neuron}"])
        return ACTIVATIONS[self.given.activation(layer)][0](z)

    def _layer(self, neuron: str) -> int:
        is_alone = "layer 2" not in " ".join(self.given.texts)
        return 1 if neuron.startswith("h") or is_alone else 2

    def _hidden(self) -> list[float]:
        return [value for question, value in self.known.items() if re.fullmatch(r"a of h\d+", question)]

    def _loss(self, row: int) -> float:
        sample = self.given.samples[row]
        a, y = indexed(sample, "a"), indexed(sample, "y")
        name = self.given.first(r"(mse|sse|mae|huber|hinge|cross-entropy)[:,]")[1]
        errors = [one - other for one, other in zip(a, y, strict=True)]
        if name == "cross-entropy" and len(a) > 1:
            return -sum(t * math.log(p) for p, t in zip(a, y, strict=True))
        return {
            "mse": lambda: sum(e * e for e in errors) / len(errors),
            "sse": lambda: sum(e * e for e in errors) / 2,
            "mae": lambda: sum(map(abs, errors)) / len(errors),
            "huber": lambda: sum(e * e / 2 if abs(e) < 1 else abs(e) - 0.5 for e in errors) / len(errors),
            "hinge": lambda: max(0.0, 1 - y[0] * a[0]),
            "cross-entropy": lambda: -math.log(a[0] if y[0] else 1 - a[0]),
        }[name]()

    def loss(self, question: str) -> float:
        if question.startswith("L"):
            return self._loss(int(question[1:].translate(_SUBSCRIPTS)))
        if question == "loss":
            losses = [value for name, value in self.known.items() if name.startswith("L")]
            return float(sum(losses) / len(losses))
        if question == "Σw²":
            return sum(w * w for neuron in self.given.weights for w in self.given.column(neuron)[0])
        if question == "penalty":
            return 0.5 * self.given.all["l2"] * float(self.known["Σw²"])
        return float(self.known["loss"] + self.known["penalty"])

    def output_delta(self, question: str) -> float:
        what, name = question.split(" of ")
        unit = {"y": 0, "A": 0, "B": 1, "C": 2}.get(name, int(name[1:] or 1) - 1 if name[0] == "y" else 0)
        sample = self.given.samples[1]
        a, y, n = indexed(sample, "a")[unit], indexed(sample, "y")[unit], self.given.all["n"]
        return self._delta_step(what, name, a, y, n, len(indexed(sample, "a")))

    def _delta_step(self, what: str, name: str, a: float, y: float, n: float, outputs: int) -> float:
        loss = self.given.first(r"(mse|sse|mae|huber|cross-entropy)[:,]")[1]
        if what == "a − y":
            return a - y
        if what == "∂L/∂a":
            own = {"mse": 2 * (a - y), "sse": a - y, "mae": math.copysign(1, a - y), "huber": max(-1, min(1, a - y))}
            return float(own[loss]) / n / (outputs if loss in ("mse", "mae", "huber") else 1)
        if what == "f′(z)":
            activation = self.given.activation(1) if "in layer" in " ".join(self.given.texts) else "sigmoid"
            return a * (1 - a) if activation == "sigmoid" else 1 - a * a
        if loss == "cross-entropy":
            return float(self.known.get(f"a − y of {name}", a - y) / n)
        return float(self.known[f"∂L/∂a of {name}"] * self.known[f"f′(z) of {name}"])

    def hidden_delta(self, question: str) -> float:
        what, name = re.split(" of ", question, maxsplit=1)
        told = next(values(text) for text in self.given.texts if text.startswith(f"For sample 1, {name} has"))
        layer = int(name[-1]) if " of layer " in name else 1
        if what == "∂L/∂a":
            return math.fsum(w * d for w, d in zip(*self._behind(name, layer), strict=True))
        if what == "σ(z)":
            return 1 / (1 + math.exp(-told["z"]))
        if what == "f′(z)":
            return self._derivative(self.given.activation(layer), told, self.known.get(f"σ(z) of {name}"))
        return float(self.known[f"∂L/∂a of {name}"] * self.known[f"f′(z) of {name}"])

    def _behind(self, name: str, layer: int) -> tuple[list[float], list[float]]:
        """The weights that lead away from a neuron, and the δ behind them."""
        is_several = any(" of layer " in into for into in self.given.weights)
        following = f"of layer {layer + 1}"
        into = [one for one in self.given.weights if one.endswith(following)] if is_several else []
        into = into or [one for one in self.given.weights if " of layer " not in one]
        place = int(name[1]) - 1
        weights = [self.given.column(one)[0][place] for one in into]
        known = [value for key, value in self.known.items() if key.startswith("δ of") and key.endswith(following)]
        return weights, known or indexed(self.given.all, "δ")

    @staticmethod
    def _derivative(activation: str, told: dict[str, float], sigma: float | None) -> float:
        if sigma is not None and activation == "silu":
            return sigma + told["a"] * (1 - sigma)
        if activation in ("sigmoid", "tanh"):
            # From what is passed on, as textbooks have it: z is rounded more coarsely.
            return told["a"] * (1 - told["a"]) if activation == "sigmoid" else 1 - told["a"] ** 2
        return ACTIVATIONS[activation][1](told["z"])

    def gradient(self, question: str) -> float:
        left = question.partition(" (")[0]
        what, _, name = left.partition(" of ")
        if name:
            sample = self.given.samples[1]
            n = self.given.first(r"n = (\d)")[1]
            return self._delta_step(what, name, sample["a"], sample["y"], float(n), 1)
        if left.startswith("∂J"):
            w = left.rpartition("∂")[2].translate(_SUBSCRIPTS)
            old = next(iter(self.given.weights.values()))[w]
            before = next(value for key, value in self.known.items() if key.startswith(left.replace("J", "L")))
            return float(before + self.given.all["l2"] * old)
        deltas = [sample.get("δ") for sample in self.given.samples.values()]
        found = [self.known["δ of y1"] if delta is None else delta for delta in deltas]
        if left.endswith("b"):
            return float(sum(found))
        index = (int(left.rpartition("w")[2].translate(_SUBSCRIPTS)) - 1) % 2
        letter = "x" if "x1" in self.given.samples[1] else "h"
        return sum(indexed(s, letter)[index] * d for s, d in zip(self.given.samples.values(), found, strict=True))

    def update(self, question: str) -> float:
        left = question.partition(" (")[0].translate(_SUBSCRIPTS)
        grads = {name[4:]: value for name, value in self.given.all.items() if name.startswith("∂L/∂")}
        old, rate = next(iter(self.given.weights.values())), self.given.all["learning_rate"]
        if left == "‖g1‖²":
            return sum(g * g for g in grads.values())
        if left == "‖g‖":
            return math.sqrt(self.known["‖g₁‖²"])
        if left == "factor":
            return float(self.given.all["clip_norm"] / (self.known["‖g‖"] + 1e-6))
        if left.startswith("g("):
            return float(self.known["factor"] * grads[left[2:-1]])
        if left.startswith("∂J"):
            name = left.rpartition("∂")[2]
            return grads[name] + self.given.all["l2"] * old[name]
        name = left.partition(" ")[0]
        g = self._changed(name, grads[name])
        return old[name] - rate * g - rate * self.given.all.get("weight_decay", 0.0) * old[name]

    def _changed(self, name: str, g: float) -> float:
        """The gradient with a penalty, or after clipping."""
        for key, value in self.known.items():
            if key.partition(" (")[0].translate(_SUBSCRIPTS) in (f"∂J/∂{name}", f"g({name})"):
                return float(value)
        return g

    def momentum(self, question: str) -> float:
        return self._optimized(question)

    def adam(self, question: str) -> float:
        return self._optimized(question)

    def _optimized(self, question: str) -> float:
        left, _, rest = question.partition(" (")
        weight = rest.partition(",")[0].translate(_SUBSCRIPTS)
        name = self.given.first(r"(\w+): learning_rate")[1]
        told, g = self.given.all, self.given.all[f"∂L/∂{weight}"]
        memory = next(values(text) for text in self.given.texts if f"of {weight}:" in text.translate(_SUBSCRIPTS))
        now = {key.partition(" (")[0]: value for key, value in self.known.items() if f"({rest}" in key}
        rate, old = told["learning_rate"], next(iter(self.given.weights.values()))[weight]
        if left.endswith("new"):
            return float(old - now["update"] - rate * told.get("weight_decay", 0.0) * old)
        return self._steps(name, left, told, memory, now, g)

    @staticmethod
    def _steps(
        name: str, left: str, told: dict[str, float], memory: dict[str, float], now: dict[str, float], g: float
    ) -> float:
        rate, mean = told["learning_rate"], told.get("momentum", 0.0)
        b1, b2, t = told.get("beta1", 0.0), told.get("beta2", 0.0), told.get("t", 1.0)
        steps: dict[str, Callable[[], float]] = {
            "m": lambda: b1 * memory["m_old"] + (1 - b1) * g,
            "s": lambda: memory["s_old"] + g * g,
            "m_hat": lambda: now["m"] / (1 - b1**t),
            "v_hat": lambda: max(now["v"], memory.get("v_max_old", 0.0)) / (1 - b2**t),
        }
        if left == "v":
            return mean * memory["v_old"] + g if mean else b2 * memory["v_old"] + (1 - b2) * g * g
        if left != "update":
            return steps[left]()
        if name in ("rmsprop", "adagrad"):
            return rate * g / (math.sqrt(now["v" if name == "rmsprop" else "s"]) + 1e-8)
        if name in ("momentum", "nesterov"):
            return rate * (now["v"] if name == "momentum" else g + mean * now["v"])
        return rate * now["m_hat"] / (math.sqrt(now["v_hat"]) + 1e-8)

    def softmax(self, question: str) -> float:
        what, _, name = question.partition(" of ")
        place = "ABC".find(name)
        if what == "z":
            w, b = self.given.column(name)
            return sum(one * x for one, x in zip(w, indexed(self.given.samples[1], "x"), strict=True)) + b
        if what == "a":
            asked = [value for key, value in self.known.items() if key.startswith("z of")]
            z = asked or indexed(self.given.samples[1], "z")
            return math.exp(z[place]) / sum(map(math.exp, z))
        y = indexed(self.given.all, "y")
        a = [value for key, value in self.known.items() if key.startswith("a of")]
        if what == "L₁":
            return -math.log(a[y.index(1.0)])
        return float((a[place] - y[place]) / self.given.all["n"])

    def shapes(self, question: str) -> Answer:
        sizes = list(map(int, self.given.first(r"of ([\d-]+) units")[1].split("-")))
        batch = int(self.given.all["n"])
        plain = question.translate(_SUBSCRIPTS)
        if match := re.fullmatch(r"shape of (?:∂L/∂)?W(\d)", plain):
            layer = int(match[1])
            return sizes[layer - 1], sizes[layer]
        if match := re.fullmatch(r"shape of b(\d)", plain):
            return (sizes[int(match[1])],)
        if match := re.fullmatch(r"shape of .* of layer (\d)", plain):
            return batch, sizes[int(match[1])]
        if match := re.match(r"N(\d)", plain):
            layer = int(match[1])
            return sizes[layer - 1] * sizes[layer] + sizes[layer]
        counts = [value for key, value in self.known.items() if re.match("N[₁-₉]", key)]
        return sum(counts) if plain.startswith("N,") else 2 * next(v for k, v in self.known.items() if k[:2] == "N,")
