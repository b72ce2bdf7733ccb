"""Faults are found in a line, named, drawn, planted in a copy, and noticed or not by the tests that belong to them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

import plant_faults
from fault_drawing import Fault, draw, faults_of, read_faults, share_out, write_faults
from fault_edits import changes, is_sound
from fault_tests import Choice, mirrors, rows_in_functions, seconds_of
from plant_faults import main, summary, try_all

SUMS = '''"""Sums."""


def largest(numbers: list[int], at_least: int = 1) -> int:
    """The largest of them."""
    return max([at_least, *numbers])


def unnoticed(count: int) -> bool:
    return count < 3
'''
TEST_SUMS = """from tuinet.toy.sums import largest


def test_largest() -> None:
    assert largest([2, 3]) == 3
"""


def lines_of(statement: str) -> set[str]:
    """What a statement becomes, one change at a time, inside a loop of a function."""
    source = f"def f():\n    while True:\n        {statement}\n"
    found = changes(source)
    assert all(is_sound(source, source.replace(statement, change.text.strip())) for change in found if change.row == 3)
    return {change.text.strip() for change in found if change.row == 3}


@pytest.mark.parametrize(
    ("statement", "becomes"),
    [
        ("x = a < b", {"x = a <= b"}),
        ("x = a is not b", {"x = a is b"}),
        ("x = (a) == (b) not in c", {"x = (a) != (b) not in c", "x = (a) == (b) in c"}),
        ("x = a - b", {"x = a + b"}),
        ("x += y", {"x -= y"}),
        ("x = 'a' + b", set()),
        ("x = a and b", {"x = a or b"}),
        ("x = not (a)", {"x = (a)"}),
        ("x = 1", {"x = 2"}),
        ("x = True", {"x = False"}),
        ("x = Ω['é'], 0.5", {"x = Ω['é'], 1.5"}),
        ("x = np.minimum(a, b)", {"x = np.maximum(a, b)"}),
        ("x = a[b:c]", {"x = a[(b) - 1:c]", "x = a[b:(c) - 1]"}),
        ("x = b if a else c", {"x = b if not (a) else c"}),
        ("return a", {"return None"}),
        ("g(a)", {"pass"}),
        ("raise a", {"pass"}),
        ("break", {"continue"}),
        ("continue", {"break"}),
    ],
)
def test_what_a_line_becomes(statement: str, becomes: set[str]) -> None:
    assert lines_of(statement) == becomes


@pytest.mark.parametrize(
    "statement",
    [
        '"""One of 2 and 3, and not 4."""',
        "x: Literal[1] = a",
        "def g(a: Literal[1]) -> Literal[2]: ...",
        "x = f'{a + 1}'",
        "if TYPE_CHECKING: import a; b(1)",
        "x = zip(a, b, strict=True)",
        "return None",
    ],
)
def test_what_nobody_could_notice_stays(statement: str) -> None:
    assert [text for text in lines_of(statement) if text != "return None"] == []


def test_a_call_over_several_lines_stays() -> None:
    assert changes("g(\n    a,\n)\n") == []


def test_a_fault_is_found_by_its_text_in_a_tree_whose_lines_have_moved() -> None:
    source = "x = 1\ny = 2\nx = 1\n"
    fault = faults_of("a.py", source)[-1]
    assert fault == Fault("a.py", "x = 1", 1, "x = 2", "constant")
    assert fault.plant(source) == "x = 1\ny = 2\nx = 2\n"
    moved = f"import a\n{source}"
    assert (fault.row(moved), fault.plant(moved)) == (4, "import a\nx = 1\ny = 2\nx = 2\n")
    assert fault.plant("x = 1\n") is None


def test_only_lines_that_are_reached_have_faults() -> None:
    assert {fault.line for fault in faults_of("a.py", "x = 1\ny = 2\n", frozenset({2}))} == {"y = 2"}


def test_shares_are_in_proportion_and_none_is_lost() -> None:
    assert share_out(10, {"a": 60, "b": 25, "c": 15, "d": 0}) == {"a": 6, "b": 3, "c": 1, "d": 0}
    assert sum(share_out(7, {"a": 1, "b": 1, "c": 1}).values()) == 7


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A package of one module, with its test."""
    root = tmp_path / "tree"
    for file, text in {
        "tuinet/__init__.py": "",
        "tuinet/toy/__init__.py": "",
        "tuinet/toy/sums.py": SUMS,
        "tests/toy/test_sums.py": TEST_SUMS,
        "tests/toy/test_others.py": "import tuinet\n",
    }.items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_a_seed_draws_the_same_faults_and_another_one_others(tree: Path) -> None:
    whole = draw(tree, 60, 1)
    assert draw(tree, 60, 1) == whole
    assert len({(fault.line, fault.occurrence) for fault in whole}) == len(whole) > 1
    assert {tuple(draw(tree, 1, seed)) for seed in range(20)} > {tuple(draw(tree, 1, 1))}


def test_a_line_that_has_not_changed_keeps_its_faults(tree: Path) -> None:
    before = set(draw(tree, 60, 1))
    path = tree / "tuinet/toy/sums.py"
    path.write_text("import math\n\nZERO = 0\n" + SUMS, encoding="utf-8")
    assert before <= set(draw(tree, 60, 1))


def test_the_tests_of_a_file_are_its_mirror_and_what_imports_it(tree: Path) -> None:
    file = "tuinet/toy/sums.py"
    assert mirrors(tree, file) == ["tests/toy/test_sums.py"]
    (tree / "tests/toy/test_far.py").write_text("from tests.toy import test_sums\n", encoding="utf-8")
    assert Choice(tree, None, 6, 90).modules(file, 6) == ["tests/toy/test_sums.py", "tests/toy/test_far.py"]
    assert Choice(tree, None, 1, 90).modules(file, 6) == ["tests/toy/test_sums.py"]


def test_only_the_body_of_a_function_runs_for_the_test_that_calls_it() -> None:
    assert rows_in_functions("x = 1\ndef f(\n    a=1,\n):\n    return [\n        a,\n    ]\ny = 2\n") == {5, 6, 7}


def test_the_seconds_of_a_module_are_those_of_its_tests(tmp_path: Path) -> None:
    report = tmp_path / "times.xml"
    case = '<testcase classname="tests.toy.test_sums" name="{}" time="{}"/>'
    report.write_text(f"<a>{case.format('a', 1.5)}{case.format('b', 2)}</a>", encoding="utf-8")
    assert seconds_of(report) == {"tests/toy/test_sums.py": 3.5}
    assert seconds_of(tmp_path / "none.xml") == {}


def test_faults_are_caught_survive_or_are_gone(tree: Path) -> None:
    faults = {fault.text.strip(): fault for fault in faults_of("tuinet/toy/sums.py", SUMS)}
    caught, survived = faults["return min([at_least, *numbers])"], faults["return count <= 3"]
    faults_to_try = [caught, survived, replace(caught, line="of another time")]
    outcomes = {outcome.fault: outcome for outcome in try_all(faults_to_try, Choice(tree, None, 6, 90), 120, 1, tree)}
    assert [outcomes[fault].verdict for fault in faults_to_try] == ["caught", "survived", "gone"]
    assert (outcomes[caught].row, outcomes[caught].by) == (6, "tests/toy/test_sums.py::test_largest")
    assert str(outcomes[survived]).startswith("survived  tuinet/toy/sums.py:10  comparison  ")
    assert summary(list(outcomes.values())).startswith("caught 1 of 3, survived 1, gone 1; ")
    assert (tree / "tuinet/toy/sums.py").read_text(encoding="utf-8") == SUMS


def test_a_test_that_fails_anyway_notices_nothing_and_what_never_ends_is_caught(tree: Path) -> None:
    test = tree / "tests/toy/test_sums.py"
    test.write_text(f"def test_broken() -> None:\n    assert False\n\n\n{TEST_SUMS}", encoding="utf-8")
    fault = next(fault for fault in faults_of("tuinet/toy/sums.py", SUMS) if "count <=" in fault.text)
    endless = replace(fault, line="    return max([at_least, *numbers])", text="    while True: pass")
    choice = Choice(tree, None, 6, 90)
    assert [outcome.verdict for outcome in try_all([fault], choice, 120, 1, tree)] == ["survived"]
    test.write_text(TEST_SUMS, encoding="utf-8")
    assert [outcome.by for outcome in try_all([endless], choice, 1, 1, tree)] == ["no end within 1 s"]


def test_faults_are_written_and_read_again(tree: Path, tmp_path: Path) -> None:
    path, faults = tmp_path / "faults.json", draw(tree, 3, 1)
    write_faults(path, faults)
    assert read_faults(path) == faults


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Expecting property name"),
        ("{}", "a list of faults is wanted"),
        ('[{"file": "tuinet/a.py"}]', "entry 1 should hold file, line, occurrence, text, kind"),
        (
            '[{"file": "tuinet/../../a", "line": "", "occurrence": 0, "text": "", "kind": ""}]',
            "entry 1 should name a file of tuinet/",
        ),
    ],
)
def test_a_file_that_holds_no_faults_is_refused_in_one_line(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "faults.json"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["plant_faults.py", "--faults", str(path)])
    monkeypatch.setattr(plant_faults, "draw", None)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert message in last
    assert str(path) in last
