"""What can be changed in a line of Python so that a test ought to notice it.

Every change stays within one line, and follows from the text alone: the same source has the same changes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "//"),
    ast.Pow: ("**", "*"),
}
OPPOSITES = {
    name: other
    for pair in (("min", "max"), ("minimum", "maximum"), ("argmin", "argmax"), ("floor", "ceil"), ("any", "all"))
    for name, other in (pair, pair[::-1])
}
_NOT_RUN = {"annotation", "returns", "decorator_list", "type_params", "bases"}
_GUARDS = re.compile(r"(typing\.)?TYPE_CHECKING|__name__ == .*")


class Edit(NamedTuple):
    """Bytes of a row that are replaced; both count from 0, since that is how the parser counts bytes."""

    row: int
    start: int
    end: int
    text: str
    kind: str


class Change(NamedTuple):
    """A row, counted from 1, as it would read."""

    row: int
    text: str
    kind: str


def changes(source: str) -> list[Change]:
    """Every change of a file, in the order of its lines."""
    lines = source.split("\n")
    found: dict[tuple[int, str], str] = {}
    for edit in edits(ast.parse(source), lines):
        line = lines[edit.row].encode()
        text = (line[: edit.start] + edit.text.encode() + line[edit.end :]).decode()
        if text != lines[edit.row]:
            found.setdefault((edit.row + 1, text), edit.kind)
    return sorted(Change(row, text, kind) for (row, text), kind in found.items())


def is_sound(before: str, after: str) -> bool:
    """Whether the changed file still is Python, and means something else to the parser."""
    try:
        return ast.dump(ast.parse(after)) != ast.dump(ast.parse(before))
    except SyntaxError:
        return False


def edits(tree: ast.AST, lines: list[str]) -> Iterator[Edit]:
    for node in running(tree):
        for make in MAKERS.get(type(node), ()):
            yield from make(node, lines)


def running(node: ast.AST) -> Iterator[ast.AST]:
    """Everything that runs and matters: no types, no decorators, none of what is left out."""
    if is_left_out(node):
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name in _NOT_RUN:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from running(child)


def is_left_out(node: ast.AST) -> bool:
    """What no test runs; parts of formatted strings, which Python 3.11 misplaces; zip's guard, which never acts."""
    if isinstance(node, ast.If):
        return bool(_GUARDS.fullmatch(ast.unparse(node.test)))
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.keyword) and node.arg == "strict")


def compare(node: ast.Compare, lines: list[str]) -> Iterator[Edit]:
    sides = [node.left, *node.comparators]
    for left, operator, right in zip(sides, node.ops, node.comparators, strict=False):
        yield from between(left, right, *COMPARISONS[type(operator)], "comparison", lines)


def arithmetic(node: ast.BinOp, lines: list[str]) -> Iterator[Edit]:
    if type(node.op) in ARITHMETIC and not is_text(node.left) and not is_text(node.right):
        yield from between(node.left, node.right, *ARITHMETIC[type(node.op)], "arithmetic", lines)


def update(node: ast.AugAssign, lines: list[str]) -> Iterator[Edit]:
    if type(node.op) in ARITHMETIC and not is_text(node.value):
        old, new = ARITHMETIC[type(node.op)]
        yield from between(node.target, node.value, f"{old}=", f"{new}=", "arithmetic", lines)


def is_text(node: ast.AST) -> bool:
    """Whether it is a string or bytes, which can be joined but never subtracted."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))


def logic(node: ast.BoolOp, lines: list[str]) -> Iterator[Edit]:
    words = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    for left, right in zip(node.values, node.values[1:], strict=False):
        yield from between(left, right, *words, "logic", lines)


def between(left: Any, right: Any, old: str, new: str, kind: str, lines: list[str]) -> Iterator[Edit]:
    """Replace the operator between two operands."""
    if left.end_lineno != right.lineno:
        return
    row = right.lineno - 1
    at = lines[row].encode().find(old.encode(), left.end_col_offset, right.col_offset)
    if at >= 0:
        yield Edit(row, at, at + len(old), new, kind)


def drop_not(node: ast.UnaryOp, lines: list[str]) -> Iterator[Edit]:
    if isinstance(node.op, ast.Not):
        row, start = node.lineno - 1, node.col_offset
        has_space = lines[row].encode()[start + 3 : start + 4] == b" "
        yield Edit(row, start, start + 3 + has_space, "", "not dropped")


def negate(node: ast.If | ast.While | ast.IfExp, lines: list[str]) -> Iterator[Edit]:
    yield from wrap(node.test, "not (", ")", "condition", lines)


def wrap(node: ast.expr, before: str, after: str, kind: str, lines: list[str]) -> Iterator[Edit]:
    if is_in_one_line(node):
        row = node.lineno - 1
        text = lines[row].encode()[node.col_offset : node.end_col_offset].decode()
        yield Edit(row, node.col_offset, node.end_col_offset or 0, f"{before}{text}{after}", kind)


def is_in_one_line(node: ast.expr | ast.stmt) -> bool:
    return node.lineno == node.end_lineno


def return_nothing(node: ast.Return, lines: list[str]) -> Iterator[Edit]:
    if node.value and is_in_one_line(node):
        yield Edit(node.lineno - 1, node.col_offset, node.end_col_offset or 0, "return None", "return")


def delete_call(node: ast.Expr, lines: list[str]) -> Iterator[Edit]:
    if isinstance(node.value, ast.Call | ast.Await) and is_in_one_line(node):
        yield from delete(node, "call deleted")


def delete_raise(node: ast.Raise, lines: list[str]) -> Iterator[Edit]:
    if is_in_one_line(node):
        yield from delete(node, "raise deleted")


def delete(node: ast.stmt, kind: str) -> Iterator[Edit]:
    yield Edit(node.lineno - 1, node.col_offset, node.end_col_offset or 0, "pass", kind)


def opposite(node: ast.Call, lines: list[str]) -> Iterator[Edit]:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in OPPOSITES and function.end_lineno and function.end_col_offset:
        end = function.end_col_offset
        yield Edit(function.end_lineno - 1, end - len(name), end, OPPOSITES[name], "opposite")


def constant(node: ast.Constant, lines: list[str]) -> Iterator[Edit]:
    """One more, or the other truth value."""
    value = node.value
    if isinstance(value, int | float):
        other = not value if isinstance(value, bool) else value + 1
        yield Edit(node.lineno - 1, node.col_offset, node.end_col_offset or 0, repr(other), "constant")


def bounds(node: ast.Slice, lines: list[str]) -> Iterator[Edit]:
    for bound in (node.lower, node.upper):
        if bound and not isinstance(bound, ast.Constant | ast.UnaryOp):
            yield from wrap(bound, "(", ") - 1", "slice", lines)


def leave_loop(node: ast.Break | ast.Continue, lines: list[str]) -> Iterator[Edit]:
    word = "continue" if isinstance(node, ast.Break) else "break"
    yield Edit(node.lineno - 1, node.col_offset, node.end_col_offset or 0, word, "loop")


MAKERS: dict[type[ast.AST], tuple[Callable[[Any, list[str]], Iterator[Edit]], ...]] = {
    ast.Compare: (compare,),
    ast.BinOp: (arithmetic,),
    ast.AugAssign: (update,),
    ast.BoolOp: (logic,),
    ast.UnaryOp: (drop_not,),
    ast.If: (negate,),
    ast.While: (negate,),
    ast.IfExp: (negate,),
    ast.Return: (return_nothing,),
    ast.Expr: (delete_call,),
    ast.Raise: (delete_raise,),
    ast.Call: (opposite,),
    ast.Constant: (constant,),
    ast.Slice: (bounds,),
    ast.Break: (leave_loop,),
    ast.Continue: (leave_loop,),
}
