"""Which tests wait for what a busy machine can delay: a real terminal, a login, a signal, a process that is killed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import CodeType, FunctionType
from typing import Final

import pytest

from tests.ssh import SshServer
from tests.terminal import Terminal

# Another process answers, when the system lets it run: being late once says nothing about the program.
RETRIES: Final = 1
_CLASSES: Final = (Terminal, SshServer)
_CALLS: Final = frozenset({"kill", "killpg", "send_signal", "raise_signal", "setitimer", "openpty"})


def waits(item: pytest.Item) -> bool:
    """Whether a test, a fixture of it, or what of the tests they call waits for such a thing."""
    if not isinstance(item, pytest.Function):
        return False
    definitions = item._fixtureinfo.name2fixturedefs.values()
    return _any_reaches((item.function, *(fixture.func for found in definitions for fixture in found)))


# A test of many parameters is looked at once.
@cache
def _any_reaches(functions: tuple[object, ...]) -> bool:
    seen: set[object] = set()
    return any(_reaches(function, seen) for function in functions)


def _reaches(value: object, seen: set[object]) -> bool:
    if isinstance(value, type) and issubclass(value, _CLASSES):
        return True
    if isinstance(value, type) and _ours(value) and value not in seen:
        seen.add(value)
        return any(_reaches(method, seen) for method in vars(value).values())
    function = getattr(value, "__wrapped__", value)
    if not isinstance(function, FunctionType) or not _ours(function) or function in seen:
        return False
    seen.add(function)
    names = set(_names(function.__code__))
    return bool(names & _CALLS) or any(_reaches(function.__globals__.get(name), seen) for name in names)


def _ours(definition: FunctionType | type) -> bool:
    return definition.__module__.split(".")[0] == "tests"


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
