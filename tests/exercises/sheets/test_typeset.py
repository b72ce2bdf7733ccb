from __future__ import annotations

import pytest

from tuinet.exercises.sheets.typeset import LATEX, TYPST


@pytest.mark.parametrize(
    ("text", "latex", "typst"),
    [
        ("z = w₁·x₁ + b", r"z = w_{1}\cdot x_{1} + b", "z = w_1 · x_1 + b"),
        ("∂L/∂w₁₂", r"\partial L/\partial w_{12}", r"∂ L\/ ∂ w_12"),
        ("f′(z) = 1 − a²", "f'(z) = 1 - a^{2}", "f'(z) = 1 − a^2"),
        ("1 / (1 + e^(−0.45))", "1 / (1 + e^{-0.45})", r"1 \/ (1 + e^(−0.45))"),
        ("e^(−½·z²)", r"e^{-\tfrac12 \cdot z^{2}}", "e^(−1/2 · z^2)"),
        ("√v_hat + epsilon", r"\sqrt{\mathrm{v\_hat}} + \mathrm{epsilon}", 'sqrt("v_hat") + "epsilon"'),
        ("√(0.5 + (1 − 0.2)²)", r"\sqrt{0.5 + (1 - 0.2)^{2}}", "sqrt(0.5 + (1 − 0.2)^2)"),
        ("4.1 + 1e−8", r"4.1 + 1\cdot 10^{-8}", "4.1 + 1 · 10^(−8)"),
        ("1 − beta1^t", r"1 - \mathrm{beta1}^{t}", '1 − "beta1"^(t)'),
        ("−Σ y·ln(a)", r"-\sum y\cdot \ln(a)", "− Σ y · ln (a)"),
        ("‖g₁‖²", r"\| g_{1}\|^{2}", "‖g_1 ‖^2"),
        ("(1 where 0.5 > 0, else 0)", r"(1 \text{ where } 0.5 > 0, \text{ else } 0)", '(1 "where" 0.5 > 0, "else" 0)'),
    ],
)
def test_formulas_are_set_by_both(text: str, latex: str, typst: str) -> None:
    assert " ".join(LATEX.formula(text).split()) == " ".join(latex.split())
    assert " ".join(TYPST.formula(text).split()) == " ".join(typst.split())


def test_running_text_is_escaped() -> None:
    assert LATEX.running("50 % of a_b & {c} − δ₁") == r"50 \% of a\_b \& \{c\} $-$ $\delta$$_1$"
    assert TYPST.running("a_b #c $5 @d") == r"a\_b \#c \$5 \@d"
