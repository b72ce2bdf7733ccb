"""The arithmetics: in which order a product is summed, and which code computes exp, tanh and their kin.

In portable arithmetic processors give the same bits, but for those without NumPy's usual tanh. Fast arithmetic leaves
products to BLAS, and functions to NumPy and the C library, which choose by processor.
"""

from __future__ import annotations

import hashlib
import math
import operator
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial
from typing import Any, Final, NamedTuple

import numpy as np

from tuinet.nn import elementary
from tuinet.nn.elementary import integer_power
from tuinet.nn.functions import Elementary
from tuinet.nn.parameters import Array, Constant, Operation, constant

Product = Callable[[Array, Array, Array], tuple[Operation, ...]]
"""``product(a, b, out)``: the operations that write the matrix product a·b to out, which is in C order."""


class Arithmetic(NamedTuple):
    """The operations of a training step of which processors have their own versions."""

    name: str
    """One of `ARITHMETICS`, by which it is found again in another process."""
    product: Product
    norm: Callable[[Array], Constant]
    """Of a vector, or of each network's: the root of the sum of its squares."""
    power: Callable[[float, float], float]
    """``power(base, exponent)`` of single numbers, the base from 0 up."""
    inverse_root: Callable[[Any], Any]
    """One over the square root of a single number; in a stack, of one or several."""
    cosine: Callable[[float], float]
    """Of a single number."""
    exp: Elementary
    expm1: Elementary
    log: Elementary
    log1p: Elementary
    softplus: Elementary
    softmax_power: Elementary
    """e^x for x up to 0, to as many digits as a share of a whole needs."""
    tanh: Elementary
    sin: Elementary
    cos: Elementary
    erf: Elementary
    """The error function."""
    hypot: Callable[[Array, Array], Array]
    """√(x² + y²)."""
    cube: Callable[[Array], Array]
    """x³."""

    def __reduce__(self) -> tuple[Callable[[str], Arithmetic], tuple[str]]:
        """Pickle the name alone."""
        return _named, (self.name,)


def _named(name: str) -> Arithmetic:
    return ARITHMETICS[name]()


def power_of(arithmetic: Arithmetic, base: Constant) -> Callable[[float], Constant]:
    """Powers of a number, or of those of a stack, as a function of the exponent."""
    if not isinstance(base, np.ndarray):
        return partial(arithmetic.power, base)
    values, places = np.unique(base, return_inverse=True)
    bases = [float(value) for value in values]
    return lambda exponent: np.array([arithmetic.power(one, exponent) for one in bases])[places].reshape(base.shape)


def _blas_product(a: Array, b: Array, out: Array) -> tuple[Operation, ...]:
    return (partial(a.dot, b, out),)


def _ufunc(function: np.ufunc) -> Elementary:
    return Elementary(function, lambda x, out: (partial(function, x, out),))


# The C library's error function, correct to the last digit or so; NumPy has none.
_ERF: Final = np.frompyfunc(math.erf, 1, 1)

FAST: Final = Arithmetic(
    name="fast",
    product=_blas_product,
    norm=lambda x: float(np.sqrt(x.dot(x))),
    power=operator.pow,
    inverse_root=lambda x: x**-0.5,
    cosine=math.cos,
    exp=_ufunc(np.exp),
    expm1=_ufunc(np.expm1),
    log=_ufunc(np.log),
    log1p=_ufunc(np.log1p),
    softplus=Elementary(
        lambda x: np.logaddexp(x, constant(0.0, x)),
        lambda x, out: (partial(np.logaddexp, x, constant(0.0, x), out),),
    ),
    softmax_power=_ufunc(np.exp),
    tanh=_ufunc(np.tanh),
    sin=_ufunc(np.sin),
    cos=_ufunc(np.cos),
    erf=Elementary(lambda x: np.asarray(_ERF(x)).astype(x.dtype)),
    hypot=np.hypot,
    cube=lambda x: x**3,
)
"""BLAS, NumPy and the C library."""


def _backward_product(a: Array, b: Array, out: Array) -> tuple[Operation, ...]:
    """The sum over the inner index from the last to the first, one product at a time.

    NumPy hands matrices to BLAS, but arrays of three axes to its own inner product, and that hands on to BLAS what
    runs forwards. So both run backwards, and a plain loop is left, which is as quick. Nothing documents this:
    `_keeps_order` tries it.
    """
    return (partial(a[np.newaxis, :, ::-1].dot, b[::-1], out[np.newaxis]),)


def _summed_product(a: Array, b: Array, out: Array) -> tuple[Operation, ...]:
    """The same sum as `_backward_product`, since a sum over the first axis goes row by row."""
    rows, inner = a.shape
    columns = b.shape[1]
    # Some columns at a time, so that the products stay in the cache; one more, since a single one is summed in pairs.
    width = min(columns, max(1, _MOST_SUMMED // max(inner * rows, 1)))
    products = np.zeros((inner, rows, width + 1), out.dtype)
    sums = np.zeros((rows, width + 1), out.dtype)
    operations: list[Operation] = []
    for start in range(0, columns, max(width, 1)):
        block = slice(0, min(width, columns - start))
        place = slice(start, start + width)
        operations += [
            partial(np.multiply, a.T[::-1, :, np.newaxis], b[::-1, np.newaxis, place], products[:, :, block]),
            partial(np.add.reduce, products, 0, None, sums, initial=0.0),
            partial(np.copyto, out[:, place], sums[:, block]),
        ]
    return tuple(operations)


_MOST_SUMMED: Final = 2**16
"""Products that `_summed_product` has in its buffer at once, as far as one column of them is no more."""
_SHAPES: Final = ((1, 17, 1), (2, 3, 4), (8, 9, 10), (3, 40, 16), (9, 250, 8))
"""Rows, inner size and columns of the products that are tried."""


def ordered_products(dtype: np.dtype[Any]) -> Iterator[Product]:
    """The forms of the product that sum from the last to the first on this machine, the quickest one first."""
    return (form for form in (_backward_product, _summed_product) if _keeps_order(form, dtype))


@cache
def quickest_product(dtype: np.dtype[Any]) -> Product:
    """The first of them; the others need not be tried."""
    return next(ordered_products(dtype))


def _ordered_product(a: Array, b: Array, out: Array) -> tuple[Operation, ...]:
    return quickest_product(out.dtype)(a, b, out)


def _keeps_order(product: Product, dtype: np.dtype[Any]) -> bool:
    """Whether a form of the product gives the bits of the plain sum, in the layouts that a network has."""
    generator = np.random.default_rng(1)
    for rows, inner, columns in _SHAPES:
        a, b = (generator.standard_normal(shape).astype(dtype).T for shape in ((inner, rows), (columns, inner)))
        expected, out = np.zeros((2, rows, columns), dtype)
        for index in range(inner - 1, -1, -1):
            expected += a[:, index, np.newaxis] * b[index]
        for left in (a, np.ascontiguousarray(a)):
            for right in (b, np.ascontiguousarray(b)):
                for operation in product(left, right, out):
                    operation()
                if not np.array_equal(out, expected):
                    return False
    return True


_TANH_DIGEST: Final = "c382b25f7298b6f89626690fa489f7ccde4b52b61426c5d79267b0dc50da4762"
"""Of NumPy's tanh at `tanh_digest`'s values on x86 with AVX2 or AVX-512, from NumPy 2.0 on."""


def tanh_digest() -> str:
    """A digest of the bits of NumPy's tanh at 4,096 values, positive and negative, from 2⁻⁵⁵ up to 30."""
    values = np.concatenate([np.linspace(-30, 30, 2047), np.ldexp(np.linspace(1, 2, 2049), np.arange(2049) % 60 - 55)])
    return hashlib.sha256(np.tanh(values).tobytes()).hexdigest()


def has_usual_tanh() -> bool:
    """Whether this machine's NumPy computes tanh to the bits that portable arithmetic is about."""
    return tanh_digest() == _TANH_DIGEST


@lru_cache(maxsize=64)
def _power(base: float, exponent: float) -> float:
    if exponent >= 0 and exponent == int(exponent):
        return integer_power(base, int(exponent))
    return float(elementary.exp(np.array(exponent * float(elementary.log(np.array(base))))))


def _in_float64(function: Elementary) -> Elementary:
    """A function that computes in float64: in float32, processors differ."""

    def prepare(x: Array, out: Array) -> tuple[Operation, ...]:
        if x.dtype == np.float64:
            return function.into(x, out)
        wide = np.zeros_like(x, np.float64)
        return partial(np.copyto, wide, x), *function.into(wide, wide), partial(np.copyto, out, wide, "same_kind")

    return Elementary(lambda x: function(x.astype(np.float64, copy=False)).astype(x.dtype, copy=False), prepare)


def _portable_norm(x: Array) -> Constant:
    # NumPy sums what is contiguous in pairs: the numbers of each network have to be so, too.
    squares = np.square(np.ascontiguousarray(x)).sum(axis=-1, keepdims=x.ndim > 1)
    return np.sqrt(squares).astype(np.float64) if x.ndim > 1 else float(np.sqrt(squares))


def _fourth_power(tanh: Elementary) -> Elementary:
    """e^x = ((1 + t)/(1 − t))⁴ of t = tanh(x/8), for x up to 0: six calls of NumPy, and one of tanh.

    Down to −30 it is right to 13 digits, down to −100 to five; from −152 on it is 0, where the exact value is 1e-66.
    """

    def prepare(x: Array, out: Array) -> tuple[Operation, ...]:
        t, one = np.zeros_like(out), constant(1.0, out)
        return (
            partial(np.multiply, x, constant(0.125, out), t),
            *tanh.into(t, t),
            partial(np.add, one, t, out),
            partial(np.subtract, one, t, t),
            partial(np.divide, out, t, out),
            partial(np.square, out, out),
            partial(np.square, out, out),
        )

    def compute(x: Array) -> Array:
        values = np.empty_like(x)
        for operation in prepare(x, values):
            operation()
        return values

    return Elementary(compute, prepare)


@cache
def portable() -> Arithmetic:
    """The arithmetic whose bits are the same everywhere; what this machine computes alike is left to NumPy.

    Its tanh is NumPy's, which has the same bits on every x86 processor with AVX2, and as far as is known on
    64-bit Arm. On an x86 processor from before 2013 it is our own, and last digits differ from those of the others.
    """
    tanh = _in_float64(_ufunc(np.tanh)) if has_usual_tanh() else elementary.tanh
    return Arithmetic(
        name="portable",
        product=_ordered_product,
        norm=_portable_norm,
        power=_power,
        inverse_root=lambda x: 1 / math.sqrt(x),
        cosine=lambda x: float(elementary.cos(np.array(x))),
        exp=elementary.exp,
        expm1=elementary.expm1,
        log=elementary.log,
        log1p=elementary.log1p,
        softplus=elementary.softplus,
        softmax_power=_in_float64(_fourth_power(tanh)),
        tanh=tanh,
        sin=elementary.sin,
        cos=elementary.cos,
        erf=elementary.erf,
        hypot=lambda x, y: np.sqrt(x * x + y * y),
        cube=lambda x: x * x * x,
    )


ARITHMETICS: Final[dict[str, Callable[[], Arithmetic]]] = {"portable": portable, "fast": lambda: FAST}
"""Every arithmetic by its name."""
