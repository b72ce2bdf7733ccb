"""The loss phase: each sample's loss, their mean, the penalty, and the objective."""

from __future__ import annotations

from tuinet.explain.focus import Focus, floats
from tuinet.explain.lines import AnyLine, Line, Remark
from tuinet.explain.losses import loss_sides
from tuinet.explain.numerals import subscript
from tuinet.explain.outputs import outputs_of
from tuinet.nn.losses import LOSSES


def loss_lines(focus: Focus) -> list[AnyLine]:
    """From the outputs to what is made small."""
    losses = floats(focus.detail.loss_values)
    mean = sum(losses) / len(losses)
    return [
        Remark(_formula(focus)),
        *_samples(focus, losses),
        _mean(focus, losses, mean),
        *_penalty(focus, mean),
    ]


def _formula(focus: Focus) -> str:
    name = focus.snapshot.loss_name
    formula = LOSSES[name][focus.snapshot.layers[-1].activation].formula
    unit = ", in nats" if name == "cross-entropy" else ""
    return f"{name}{unit}: {formula} for each sample, and the mean over the batch."


def _samples(focus: Focus, losses: list[float]) -> list[AnyLine]:
    shown = focus.elision.shown(len(losses), focus.sample)
    activation = focus.snapshot.layers[-1].activation
    lines: list[AnyLine] = []
    for row in shown:
        symbols, numbers = loss_sides(focus.snapshot.loss_name, activation, outputs_of(focus, row))
        lines.append(Line(f"L{subscript(row + 1)}", symbols, (numbers,), focus.plain(losses[row])))
    if len(shown) < len(losses):
        lines.append(Remark(f"{len(losses) - len(shown)} samples are left out."))
    return lines


def _mean(focus: Focus, losses: list[float], mean: float) -> Line:
    symbols = focus.elision.symbols(len(losses), lambda i: f"L{subscript(i + 1)}", focus.sample)
    numbers = focus.sum_of(losses, focus.sample)
    return Line("loss", f"({symbols}) / n", (f"({numbers}) / {len(losses)}",), focus.plain(mean))


def _penalty(focus: Focus, mean: float) -> list[AnyLine]:
    l1, l2, penalty = focus.experiment.l1, focus.experiment.l2, focus.detail.penalty
    if not l1 and not l2:
        return [Remark("There is no penalty, l1 and l2 being 0: the objective is the loss.")]
    weights = [w for layer in focus.detail.layers for row in layer.block_before[:-1] for w in floats(row)]
    size, squares = sum(map(abs, weights)), sum(w * w for w in weights)
    symbols = [part for on, part in ((l1, "l1·Σ|w|"), (l2, "½·l2·Σw²")) if on]
    numbers = [
        *([focus.product(l1, size)] if l1 else []),
        *([f"½·{focus.product(l2, squares)}"] if l2 else []),
    ]
    return [
        Remark("The penalty is on all weights of all layers, and spares the biases."),
        *([_sum(focus, "Σ|w|", weights, "|{}|", [abs(w) for w in weights])] if l1 else []),
        *([_sum(focus, "Σw²", weights, "{}²", [w * w for w in weights])] if l2 else []),
        Line("penalty", " + ".join(symbols), (" + ".join(numbers),), focus.plain(penalty)),
        Line(
            "objective",
            "loss + penalty",
            (f"{focus.plain(mean)} + {focus.factor(penalty)}",),
            focus.plain(mean + penalty),
        ),
    ]


def _sum(focus: Focus, left: str, weights: list[float], form: str, values: list[float]) -> Line:
    write = focus.numerals.power if form == "{}²" else focus.numerals.plain
    numbers = focus.elision.numbers(focus.numerals, values, lambda i: form.format(write(weights[i])))
    return Line(left, "", (numbers,), focus.plain(sum(values)))
