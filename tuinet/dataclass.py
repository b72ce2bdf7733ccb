"""The standard library's ``dataclass``, made in a quarter of the time.

Python compiles six functions for every frozen class, which took a tenth of the program's start. Here only ``__init__``
is compiled, since it is called often; the others are the same for all classes. What they do, and what
``dataclasses.fields``, ``replace`` and the like find, is as the standard library has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from collections.abc import Callable
    from dataclasses import MISSING, Field, FrozenInstanceError, fields
    from dataclasses import dataclass as standard
    from operator import attrgetter
    from reprlib import recursive_repr

    def dataclass(cls: type | None = None, /, *, frozen: bool = False, eq: bool = True) -> object:
        """See `dataclasses.dataclass`, of whose options it has two. A class inherits none of the other's."""
        if cls is None:
            return lambda cls: dataclass(cls, frozen=frozen, eq=eq)
        standard(cls, init=False, repr=False, eq=False)
        own = fields(cls)
        cls.__init__ = _initializer(cls, own)
        if frozen:
            cls.__setattr__, cls.__delattr__ = _refusals(cls, {field.name for field in own})
        _add(cls, "__repr__", _shown)
        if eq:
            _add_comparison(cls, own, frozen)
        return cls

    def _add(cls: type, name: str, method: Callable[..., object]) -> None:
        if name not in cls.__dict__:
            setattr(cls, name, method)

    def _initializer(cls: type, own: tuple[Field, ...]) -> Callable[..., None]:
        """The function that the standard library writes, too: none is faster."""
        known, head, body = {"_put": object.__setattr__, "_missing": MISSING}, ["self"], []
        for field in own:
            name = value = field.name
            if field.default_factory is not MISSING:
                known[f"_make_{name}"] = field.default_factory
                value = f"_make_{name}() if {name} is _missing else {name}" if field.init else f"_make_{name}()"
                head += [f"{name}=_missing"] * field.init
            elif not field.init:
                continue
            else:
                known[f"_default_{name}"] = field.default
                head.append(name if field.default is MISSING else f"{name}=_default_{name}")
            body.append(f" _put(self, {name!r}, {value})")
        body.append(" self.__post_init__()" if hasattr(cls, "__post_init__") else " return")
        exec(f"def __init__({', '.join(head)}):\n" + "\n".join(body), known)
        made = known["__init__"]
        made.__qualname__, made.__module__ = f"{cls.__qualname__}.__init__", cls.__module__
        made.__annotations__ = {field.name: field.type for field in own if field.init} | {"return": None}
        return made

    @recursive_repr()
    def _shown(self: object) -> str:
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def _refusals(cls: type, names: set[str]) -> tuple[Callable[..., None], Callable[..., None]]:
        def put(self: object, name: str, value: object) -> None:
            if type(self) is cls or name in names:
                raise FrozenInstanceError(f"cannot assign to field {name!r}")
            super(cls, self).__setattr__(name, value)

        def delete(self: object, name: str) -> None:
            if type(self) is cls or name in names:
                raise FrozenInstanceError(f"cannot delete field {name!r}")
            super(cls, self).__delattr__(name)

        return put, delete

    def _add_comparison(cls: type, own: tuple[Field, ...], frozen: bool) -> None:
        compared = _values([field.name for field in own if field.compare])
        hashed = _values([field.name for field in own if (field.compare if field.hash is None else field.hash)])

        def equals(self: object, other: object) -> object:
            return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

        # A class with an __eq__ of its own has None for a hash until somebody says another.
        if "__hash__" not in cls.__dict__ or (cls.__hash__ is None and "__eq__" in cls.__dict__):
            cls.__hash__ = (lambda self: hash(hashed(self))) if frozen else None
        _add(cls, "__eq__", equals)

    def _values(names: list[str]) -> Callable[[object], tuple[object, ...]]:
        if len(names) > 1:
            return attrgetter(*names)
        return lambda self: tuple(getattr(self, name) for name in names)
