"""Every way in which a file can be refused, with the exact line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.data.malformed import malformed_file, odd_files
from tuinet import files
from tuinet.data import place
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec, Reading
from tuinet.errors import DataError

EMPTY = ": it is empty; a line for each sample is needed, its target in the last column"
FINITE = "is not a finite number up to 1e+30; correct it, or use another unit"
NUL = "there is a NUL byte, so this is no text; save the table as CSV in UTF-8"
QUOTE = ", line 2: a quote is opened and never closed; close it"
GZIP = ": its gzip compression is damaged or cut off; compress it anew"
ARCHIVE = ": the archive is damaged or cut off; save it anew with numpy.savez"
HEADER = ", X: its header is damaged or unknown; save it anew with numpy.savez"
SAVEZ = "save all arrays with numpy.savez"
ONLY = "at least two are needed to learn from, so name another target"
SIGN = "say which sign is the decimal one, point or comma"

# What follows the name of the file.
LINES = {
    "empty.csv": EMPTY,
    "blank.csv": EMPTY,
    "empty-inside.csv.gz": EMPTY,
    "header-only.csv": ", line 1: there is only a header; add a line for each sample",
    "one-column.csv": ", line 1: there is only one column; features and a target are needed, parted by commas",
    "ragged-short.csv": ", line 6: there are 2 fields, but 3 in line 1; give every line as many",
    "ragged-long.csv": ", line 6: there are 4 fields, but 3 in line 1; give every line as many",
    "cut-in-a-quote.csv": ", line 3: a quote is opened and never closed; close it",
    "open-quote.csv": QUOTE,
    "long-quoted-field.csv": QUOTE,
    "text-after-quote.csv": ", line 2: something follows a closed quote; write a quote within quotes twice",
    "too-many-columns.csv": ", line 1: there are 5,000 columns; at most 4,096 are read, so leave some out",
    "too-many-rows.csv.gz": ": there are more than 1,000,000 rows; take a part of them",
    "bomb-of-text.csv.gz": ": there are more than 64 MB of text in it; take a part of it, or save it as NPZ",
    "bomb-of-lines.csv.gz": ": there are more than 64 MB of text in it; take a part of it, or save it as NPZ",
    "long-field.csv": ", line 2: it is longer than 1,048,576 characters; each sample needs a line of its own",
    "value-inf.csv": f", line 6, column 2 'b': 'inf' {FINITE}",
    "value-beyond-float.csv": f", line 6, column 2 'b': '1e999' {FINITE}",
    "value-word.csv": ", line 6, column 2 'b': 'red' is not a number, as the 4 others are; correct it",
    "value-escape.csv": r", line 6, column 2 'b': '\x1b[31m1\x1b[0m' is not a number, as the 4 others are; correct it",
    "target-beyond-float.csv": f", line 62, column 3 'c': '1e999' {FINITE}",
    "bomb-in-the-header.npz": HEADER,
    "target-word.csv": ", line 62, column 3 'c': 'red' is not a number, as the 60 others are; correct it",
    "late-word.csv": ", line 502, column 2 'b': 'x' is not a number, as the 500 others are; correct it",
    "first-line-word.csv": ", line 1, column 2: 'x' is not a number, as the 2 others are; correct it",
    "one-class.csv": f", column 3 'c': there is only one class, 'yes'; {ONLY}",
    "constant-target.csv": ", column 3 'c': the target is always 0.5; name a column that varies as the target",
    "too-many-texts.csv": (
        ", column 2 'b': there are 101 different values, more than 100 classes; choose another target"
    ),
    "nul.csv": f", line 6: {NUL}",
    "bomb-of-zeros.csv.gz": f", line 1: {NUL}",
    "latin-1-late.csv": ", line 502, column 1 'a': 'ü' is not a number, as the 500 others are; correct it",
    "damaged-utf-8.csv": ", line 3: byte 0xfc is not UTF-8, as the letters before it are; correct it",
    "mark-and-no-utf-8.csv": ", line 2: the text is damaged or cut off, it is no UTF-8; save it anew",
    "utf-16-cut.csv": ", line 3: the text is damaged or cut off, it is no UTF-16; save it anew",
    "underscore.csv": ", line 6, column 2 'b': '1_0' is not a number, as the 4 others are; correct it",
    "dates-as-target.csv": ", column 2 'b': the target is a date; name another, or turn it into a number",
    "only-texts-that-differ.csv": ": no column is left as an input; a left out: texts that differ in every row",
    "cut.csv.gz": GZIP,
    "wrong-check.csv.gz": GZIP,
    "text.npz": ": it is no NPZ file; save it with numpy.savez(file, X=X, y=y)",
    "single.npy": ": there is a single array in it; save two with numpy.savez(file, X=X, y=y)",
    "cut.npz": ARCHIVE,
    "damaged.npz": ARCHIVE,
    "no-y.npz": f": there is no array y, it has 'X'; {SAVEZ}",
    "end-only.npz": f": there is no array X, it has nothing; {SAVEZ}",
    "too-many-members.npz": ": there are too many arrays in it; save only those that are needed, with numpy.savez",
    "bomb.npz": ", X: there are more than 256 MB in it; take a part of it",
    "bomb-of-values.npz": ", X: there are more than 60,000,000 values; leave rows or columns out",
    "header-huge-shape.npz": ", X: there are 10,000,000 columns; at most 4,096 are read, so leave some out",
    "header-negative-shape.npz": (
        ", X: its shape is (-10, -2), so there is nothing in it; at least two samples are needed"
    ),
    "header-code.npz": HEADER,
    "header-too-much-promised.npz": ", X: its header promises 176 bytes, but there are 160; save it anew",
    "header-no-letters.npz": ", y: there are bytes in it that are no text; save it anew",
    "array-objects.npz": ", X: it holds 'object', not numbers; convert it with astype, then save it anew",
    "array-complex.npz": ", X: it holds 'complex128', not numbers; convert it with astype, then save it anew",
    "array-bytes.npz": ", y: it holds '|S1', not numbers or texts; convert it with astype, then save it anew",
    "array-vector.npz": ", X: its shape is (10,); reshape it to (samples, features)",
    "array-cube.npz": ", y: its shape is (5, 2, 1), not that of a table; reshape it to (samples, columns)",
    "array-colours.npz": (
        ", X: its shape is (5, 2, 2, 1), not that of a table; reshape it to (samples, columns), or of pictures to"
        " (samples, rows, columns)"
    ),
    "array-lengths.npz": ": X has 10 samples, but y has 9; give each sample one target",
    "array-empty-class.npz": ", y: no sample is of class '2'; leave its column out",
    "array-one-target-left.npz": ", y: the target is always 1.5; name a column that varies as the target",
    "array-one-text.npz": f", y: there is only one class, 'a'; {ONLY}",
    "array-many-outputs.npz": ", y: its shape is (10, 101); give one text, or up to 100 numbers a sample",
}


def refusal(spec: DataSpec) -> str:
    with pytest.raises(DataError) as caught:
        load(spec)
    return str(caught.value)


@pytest.mark.parametrize(("name", "line"), LINES.items())
def test_a_bad_file_is_refused_with_this_line(name: str, line: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(malformed_file(name))
    message = refusal(DataSpec(str(tmp_path / name)))
    assert message.removeprefix(f"{tmp_path}{os.sep}") == name + line


FIELDS = {
    "target-decimal-comma.csv": ("decimal", f"has '0.5' and '1,5'; {SIGN}"),
    "both-signs.csv": ("decimal", f"has '2.25' and '1,5'; {SIGN}"),
    "thousand-or-fraction.csv": ("decimal", f"has '1,037', which may be 1037 or 1.037; {SIGN}"),
    "mostly-missing.csv": (
        "missing",
        "has missing values in 4 of 4 rows; set missing to mean, or name the inputs",
    ),
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_file_that_can_be_read_in_two_ways_is_refused_by_the_field_that_decides(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(malformed_file(name))
    field, line = FIELDS[name]
    assert refusal(DataSpec(str(tmp_path / name))) == f"{field}: {tmp_path / name} {line}"


READ = {
    **dict.fromkeys(
        [f"value-{what}.csv" for what in ("missing", "blank", "question", "not-available", "null", "nan")],
        "1 of 5 rows left out: missing values (missing: drop; mean fills them in)",
    ),
    **dict.fromkeys(
        [f"target-{what}.csv" for what in ("missing", "blank", "question", "not-available", "null", "nan")],
        "1 of 61 rows left out: missing values (missing: drop; mean fills them in)",
    ),
    "value-thousands.csv": "b: '1,000' is read as 1000; with decimal comma it would be 1",
    "target-thousands.csv": "c: '1,000' is read as 1000; with decimal comma it would be 1",
    "value-decimal-comma.csv": "numbers are written with decimal commas",
    "value-percent.csv": "b: the per cent sign of '50%' is left out (50)",
    "target-percent.csv": "c: the per cent sign of '50%' is left out (50)",
    "one-sample.csv": "fewer than 20 samples: none is kept for testing",
    "one-line-of-numbers.csv": "fewer than 20 samples: none is kept for testing",
    "duplicate-names.csv": "columns 1, 2 are all called a; the second is a.2 here",
    "constant-column.csv": "a: always the same, so nothing is learned from it",
    "constant-columns.csv": "a, b: always the same, so nothing is learned from it",
    "lonely-class.csv": "fewer than 20 samples: none is kept for testing",
    "lonely-text.csv": "rare: a class of one sample, which is trained on and not tested",
    "text-feature.csv": "fewer than 20 samples: none is kept for testing",
    **dict.fromkeys(["utf-16.csv", "utf-16-be.csv", "utf-16-without-bom.csv"], "the file is read as UTF-16"),
    "utf-32.csv": "the file is read as UTF-32",
    "latin-1.csv": "the file is no UTF-8, so it is read as Windows-1252",
    "undefined-in-windows.csv": "the file is no UTF-8, so it is read as Latin-1",
    "array-one-row.npz": "fewer than 20 samples: none is kept for testing",
    "array-nan.npz": "1 of 10 rows left out: missing values (missing: drop)",
    "array-nan-target.npz": "1 of 10 rows left out: missing values (missing: drop)",
    "array-constant.npz": "x3: always the same, so nothing is learned from it",
}


def test_each_odd_file_has_its_note() -> None:
    assert set(READ) == set(odd_files())


@pytest.mark.parametrize("name", READ)
def test_an_odd_file_is_read_with_this_note(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(odd_files()[name])
    data = load(DataSpec(str(tmp_path / name)))
    assert data.notes[0] == READ[name]
    assert len(data.notes) <= 2


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("value-nan.csv", ", line 6, column 2 'b': the value is missing; fill it in, or set missing to drop or mean"),
        ("target-nan.csv", ", line 62, column 3 'c': the value is missing; fill it in, or set missing to drop or mean"),
        ("array-nan.npz", f", X[3, 1]: 'nan' {FINITE}"),
        ("array-nan-target.npz", f", y[1, 0]: 'nan' {FINITE}"),
    ],
)
def test_a_missing_value_is_refused_when_asked_for(name: str, line: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(odd_files()[name])
    assert refusal(DataSpec(str(tmp_path / name), reading=Reading(missing="refuse"))) == f"{tmp_path / name}{line}"


@pytest.mark.parametrize("field", ["target", "inputs"])
def test_a_name_that_comes_twice_cannot_be_chosen(field: str, tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_bytes(b"a,b,a\n1,2,3.5\n4,5,6.5\n7,8,9\n")
    assert refusal(DataSpec(str(path), reading=Reading(**{field: "a"}))) == (  # type: ignore[arg-type]
        f"{field}: 'a' is the name of columns 1, 3 of {path}; give a number"
    )
    assert load(DataSpec(str(path), reading=Reading(target="1"))).feature_names == ("b", "a.2")


def test_more_values_than_are_held_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # So many as a program reads take it some seconds.
    monkeypatch.setattr(place, "MAX_VALUES", 1000)
    path = tmp_path / "wide.csv"
    path.write_text("1,2,3,4\n" * 251, encoding="utf-8")
    assert refusal(DataSpec(str(path))) == f"{path}: there are more than 1,000 values; leave rows or columns out"


@pytest.mark.parametrize(
    ("content", "target", "line"),
    [
        (b"a,b,c\n1,2,0\n3,4,1\n", "d", "has no column 'd'; its columns are 'a', 'b', 'c', from 1 to 3"),
        (b"a,b,c\n1,2,0\n3,4,1\n", "4", "has no column '4'; its columns are 'a', 'b', 'c', from 1 to 3"),
        (b"1,2,0\n3,4,1\n", "0", "has no column '0'; it has no header, so give the number of a column, from 1 to 3"),
        (b"1,2,0\n3,4,1\n", "a", "has no column 'a'; it has no header, so give the number of a column, from 1 to 3"),
    ],
)
def test_a_target_that_is_not_there_is_refused(content: bytes, target: str, line: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    assert refusal(DataSpec(str(path), reading=Reading(target=target))) == f"target: {path} {line}"


def test_many_columns_are_not_all_listed(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{n}" for n in range(1, 501)) + "\n" + ",".join(["1"] * 500) + "\n", encoding="utf-8")
    assert "'c12' and 488 more, from 1 to 500" in refusal(DataSpec(str(path), reading=Reading(target="x")))


def test_an_archive_has_no_target_to_choose(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(odd_files()["array-nan.npz"])
    assert refusal(DataSpec(str(path), reading=Reading(target="x"))) == (
        f"target: 'x' cannot be chosen in {path}, where y is the target; leave it empty"
    )


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    assert refusal(DataSpec(str(pipe))) == f"{pipe}: it is not a regular file; name a CSV or NPZ file"
    assert refusal(DataSpec(f"{tmp_path}/")) == f"{tmp_path}/: it is a directory; name a CSV or NPZ file"
    absent = f"{tmp_path}/absent.csv"
    assert refusal(DataSpec(absent)) == f"{absent}: there is no such file; check its name and its directory"
    below = f"{pipe}/table.csv"
    assert refusal(DataSpec(below)) == f"{below}: there is no such file; check its name and its directory"


@pytest.mark.parametrize(
    "name", ["./" + "x" * 5000, "./a\nb.csv", "./nul\0.csv", "./\udcff.csv", "./\ud800.csv", "~nobody/x.csv"]
)
def test_a_name_that_no_file_can_have_is_refused_in_one_line(name: str) -> None:
    assert refusal(DataSpec(name)).isprintable()


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "secret.csv"
    path.write_text("1,2\n", encoding="utf-8")
    monkeypatch.setattr(files, "open", refuse, raising=False)
    assert refusal(DataSpec(str(path))) == f"{path}: you are not allowed to read it; change its permissions, or copy it"


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(2 * 2**30)  # sparse: it takes no space
    assert (
        refusal(DataSpec(str(path))) == f"{path}: it is 2,048 MB large; at most 256 MB are read, so take a part of it"
    )


def test_the_home_directory_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "table.csv").write_text("1,2,0\n3,4,1\n5,6,0\n7,9,1\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load(DataSpec("~/table.csv")).name == "table.csv"
