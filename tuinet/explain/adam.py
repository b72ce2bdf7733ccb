"""What adam and its kin subtract (Kingma and Ba, 2015; Reddi, Kale and Kumar, 2018; Dozat, 2016)."""

from __future__ import annotations

from tuinet.explain.descent import Update, mean, mean_square, quotient
from tuinet.explain.entry import Entry
from tuinet.explain.focus import Focus
from tuinet.explain.lines import AnyLine, Line


def adam(entry: Entry) -> Update:
    """A mean of the gradients over the root of a mean of their squares, both freed of their start at 0."""
    v_hat, line = _v_hat(entry, "v")
    return _finish(entry, [mean(entry), mean_square(entry)], [line], v_hat)


def amsgrad(entry: Entry) -> Update:
    """The same with the largest v so far."""
    largest = entry.remembered("v_max", "max(v_max_old, v)", f"max({{old}}, {entry.focus.plain(entry.slot('v'))})")
    v_hat, line = _v_hat(entry, "v_max")
    return _finish(entry, [mean(entry), mean_square(entry)], [largest, line], v_hat)


def nadam(entry: Entry) -> Update:
    """Adam that looks ahead: m and g, each with its own correction."""
    focus, m, g = entry.focus, entry.slot("m"), entry.gradient
    now, ahead = _mu(focus, focus.detail.scalars["t"]), _mu(focus, focus.detail.scalars["t"] + 1)
    product, (v_hat, v_line) = focus.detail.scalars["mu_product"], _v_hat(entry, "v")
    m_hat, g_hat = ahead * m / (1 - product * ahead), (1 - now) * g / (1 - product)
    m_numbers = f"{focus.product(ahead, m)} / (1 − {focus.product(product, ahead)})"
    g_numbers = f"(1 − {focus.plain(now)})·{focus.factor(g)} / (1 − {focus.plain(product)})"
    rate, epsilon = focus.learning_rate, focus.detail.settings.epsilon
    update = quotient(rate * (m_hat + g_hat), v_hat, epsilon)
    sides = f"{focus.plain(rate)}·({focus.plain(m_hat)} + {focus.factor(g_hat)})"
    return [
        mean(entry),
        mean_square(entry),
        entry.line("m_hat", "mu_next·m / (1 − mu_product·mu_next)", m_numbers, m_hat),
        entry.line("g_hat", "(1 − mu)·g / (1 − mu_product)", g_numbers, g_hat),
        v_line,
        entry.line(
            "update",
            "learning_rate·(m_hat + g_hat) / (√v_hat + epsilon)",
            f"{sides} / (√{focus.numerals.power(v_hat)} + {focus.plain(epsilon)})",
            update,
        ),
    ], update


def nadam_momentum(focus: Focus) -> list[AnyLine]:
    """The momentum of this step, of the next one, and the product of them all, which every parameter shares."""
    t = focus.detail.scalars["t"]
    before, product = focus.detail.scalars_before.get("mu_product"), focus.plain(focus.detail.scalars["mu_product"])
    now, beta1 = _mu(focus, t), focus.plain(focus.detail.settings.beta1)
    known = before is not None
    return [
        Line("mu", "beta1·(1 − ½·0.96^(0.004·t))", (f"{beta1}·(1 − ½·0.96^(0.004·{t:.0f}))",), focus.plain(now)),
        Line(
            "mu_next",
            "beta1·(1 − ½·0.96^(0.004·(t + 1)))",
            (f"{beta1}·(1 − ½·0.96^(0.004·{t + 1:.0f}))",),
            focus.plain(_mu(focus, t + 1)),
        ),
        Line(
            "mu_product",
            "mu_product_old·mu" if known else "",
            (focus.product(before, now),) if before is not None else (),
            product,
        ),
    ]


def _mu(focus: Focus, t: float) -> float:
    return float(focus.detail.settings.beta1 * (1 - 0.5 * 0.96 ** (0.004 * t)))


def _v_hat(entry: Entry, slot: str) -> tuple[float, Line]:
    focus, t, value = entry.focus, entry.focus.detail.scalars["t"], entry.slot(slot)
    beta2 = focus.detail.settings.beta2
    v_hat = value / (1 - beta2**t)
    numbers = f"{focus.plain(value)} / (1 − {focus.plain(beta2)}^{t:.0f})"
    return v_hat, entry.line("v_hat", f"{slot} / (1 − beta2^t)", numbers, v_hat)


def _finish(entry: Entry, memory: list[Line], corrected: list[Line], v_hat: float) -> Update:
    focus, t, m = entry.focus, entry.focus.detail.scalars["t"], entry.slot("m")
    beta1, epsilon, rate = focus.detail.settings.beta1, focus.detail.settings.epsilon, focus.learning_rate
    m_hat = m / (1 - beta1**t)
    m_numbers = f"{focus.plain(m)} / (1 − {focus.plain(beta1)}^{t:.0f})"
    update = quotient(rate * m_hat, v_hat, epsilon)
    numbers = f"{focus.product(rate, m_hat)} / (√{focus.numerals.power(v_hat)} + {focus.plain(epsilon)})"
    return [
        *memory,
        entry.line("m_hat", "m / (1 − beta1^t)", m_numbers, m_hat),
        *corrected,
        entry.line("update", "learning_rate·m_hat / (√v_hat + epsilon)", numbers, update),
    ], update
