"""Prints the processors that this machine can simulate, a line each: a name, and the variables that make it so.

OpenBLAS chooses the kernel of its products, and NumPy its loops, by the processor; other processors give other last
digits. `scripts/test --processors` runs the tests under each of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from numpy._core._multiarray_umath import (  # type: ignore[import-not-found]
    __cpu_baseline__,
    __cpu_dispatch__,
    __cpu_features__,
)

# The kernels of OpenBLAS for x86, and what a processor must have to execute them, by the names of NumPy before 2.4 and
# after. A kernel that it cannot execute would end the process.
KERNELS: Final = {
    "Prescott": (),
    "Nehalem": (),
    "Sandybridge": ("AVX",),
    "Haswell": ("AVX2",),
    "Zen": ("AVX2",),
    "SkylakeX": ("AVX512_SKX",),
}
LOOPS: Final = {
    "no-avx512": (
        "X86_V4",
        "AVX512_ICL",
        "AVX512_SPR",
        "AVX512F",
        "AVX512CD",
        "AVX512_SKX",
        "AVX512_CLX",
        "AVX512_CNL",
    ),
    "no-avx2": ("X86_V3", "AVX2", "FMA3", "XOP", "FMA4"),
}
"""What NumPy is told to leave out; without AVX2 it leaves AVX-512 out, too."""
USUAL: Final = ("haswell-no-avx512", "nehalem-no-avx2")
"""Those that every submission is tried under: what most laptops have, and what nothing has any more."""


def kernels() -> Iterator[str]:
    """The kernels that this processor can execute; none where it is no x86."""
    if not __cpu_features__.get("SSE3", False):
        return
    for name, needed in KERNELS.items():
        if all(__cpu_features__.get(feature, False) for feature in needed):
            yield name


def left_out(name: str) -> list[str]:
    """What NumPy can be told to leave out: it refuses what its baseline has, and warns of what the machine lacks."""
    wanted = [*LOOPS["no-avx512"], *(LOOPS["no-avx2"] if name == "no-avx2" else ())]
    can_be = [feature for feature in __cpu_dispatch__ if feature not in __cpu_baseline__]
    return [feature for feature in can_be if feature in wanted and __cpu_features__.get(feature, False)]


def processors() -> dict[str, dict[str, str]]:
    """The variables of each simulated processor, by its name."""
    found: dict[str, dict[str, str]] = {}
    for kernel in kernels():
        kernel_only = {"OPENBLAS_CORETYPE": kernel}
        found[kernel.lower()] = kernel_only
        for loops in LOOPS:
            features = left_out(loops)
            if features:
                found[f"{kernel.lower()}-{loops}"] = {**kernel_only, "NPY_DISABLE_CPU_FEATURES": ",".join(features)}
    # A new kernel beside old loops, and the other way round, is no machine.
    return {name: variables for name, variables in found.items() if _is_machine(name)}


def _is_machine(name: str) -> bool:
    kernel, _, loops = name.partition("-")
    if kernel == "skylakex":
        return not loops
    return loops == ("no-avx512" if kernel in ("haswell", "zen") else "no-avx2") or not loops


def main(arguments: Sequence[str] | None = None) -> int:
    """Print them; those of every submission with --usual."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--usual", action="store_true", help="only those that every submission is tried under")
    usual = parser.parse_args(arguments).usual
    for name, variables in processors().items():
        if not usual or name in USUAL:
            print(name, *(f"{variable}={value}" for variable, value in variables.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
