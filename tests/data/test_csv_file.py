from __future__ import annotations

import gzip
import time
from pathlib import Path

import numpy as np
import pytest

from tuinet.data.assemble import Rows
from tuinet.data.dataset import Dataset
from tuinet.data.files import read_file
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec, Reading
from tuinet.errors import DataError
from tuinet.tui.draw.short_names import graphemes

TABLE = "width,height,kind\n1,2.5,cat\n-3,4e1,dog\n5,6,cat\n7,8,dog\n"


def read(folder: Path, content: str | bytes, target: str = "", name: str = "table.csv") -> Rows:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(str(path), Reading(target=target))


def read_dataset(folder: Path, content: str, **options: object) -> Dataset:
    (folder / "table.csv").write_text(content, encoding="utf-8")
    return load(DataSpec(str(folder / "table.csv"), **options))  # type: ignore[arg-type]


VARIANTS = {
    "as it is": TABLE.encode(),
    "CRLF": TABLE.replace("\n", "\r\n").encode(),
    "CR": TABLE.replace("\n", "\r").encode(),
    "BOM": b"\xef\xbb\xbf" + TABLE.encode(),
    "no last line end": TABLE.rstrip().encode(),
    "blank lines": ("\n\n" + TABLE.replace("\n", "\n  \n")).encode(),
    "semicolons": TABLE.replace(",", ";").encode(),
    "tabs": TABLE.replace(",", "\t").encode(),
    "spaces": TABLE.replace(",", " ").encode(),
    "aligned": TABLE.replace(",", "     ").encode(),
    "spaces after commas": TABLE.replace(",", ",  ").encode(),
    "quotes": b'"width","height","kind"\n"1","2.5","cat"\n-3, "4e1", "dog"\n5,6,"cat"\n7,8,dog\n',
    "gzip": gzip.compress(TABLE.encode()),
    "gzip in two parts": gzip.compress(TABLE[:20].encode()) + gzip.compress(TABLE[20:].encode()),
}


@pytest.mark.parametrize("content", VARIANTS.values(), ids=VARIANTS)
def test_every_way_to_write_a_table_gives_the_same_rows(content: bytes, tmp_path: Path) -> None:
    rows = read(tmp_path, content)
    assert rows.X.tolist() == [[1, 2.5], [-3, 40], [5, 6], [7, 8]]
    assert rows.labels.tolist() == [0, 1, 0, 1]
    assert (rows.feature_names, rows.class_names) == (("width", "height"), ("cat", "dog"))


def test_gzip_is_known_by_its_bytes_not_by_its_name(tmp_path: Path) -> None:
    assert len(read(tmp_path, gzip.compress(TABLE.encode()), name="plain.csv").X) == 4
    assert len(read(tmp_path, TABLE, name="zipped.csv.gz").X) == 4


def test_without_a_header_the_columns_are_numbered(tmp_path: Path) -> None:
    rows = read(tmp_path, "1,2,0.5\n3,4,0.25\n")
    assert rows.X.tolist() == [[1, 2], [3, 4]]
    assert (rows.feature_names, rows.target_names) == (("x1", "x2"), ("y",))
    assert rows.targets.tolist() == [[0.5], [0.25]]


def test_text_labels_in_the_first_line_are_no_header(tmp_path: Path) -> None:
    assert len(read(tmp_path, "1,2,cat\n3,4,dog\n").X) == 2


def test_a_header_may_have_numbers_among_its_names(tmp_path: Path) -> None:
    assert read(tmp_path, "label,size,2020\n1,2,3\n2,5,4\n").feature_names == ("label", "size")


@pytest.mark.parametrize("target", ["height", "2"])
def test_the_target_is_chosen_by_name_or_number(target: str, tmp_path: Path) -> None:
    rows = read(tmp_path, "width,height,depth\n1,0.5,3\n2,1.5,7\n", target)
    assert (rows.feature_names, rows.target_names) == (("width", "depth"), ("height",))
    assert rows.X.tolist() == [[1, 3], [2, 7]]
    assert rows.targets.tolist() == [[0.5], [1.5]]


def test_a_name_goes_before_a_number(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b,1\n5,6,0\n7,9,1\n", "1").feature_names == ("a", "b")


@pytest.mark.parametrize(
    ("targets", "names"),
    [
        ("0 1 1 0", ("0", "1")),
        ("1.0 2.0 1.0 2.0", ("1", "2")),
        ("-1 1 -1 1", ("-1", "1")),
        ("7 3 7 5", ()),
        ("3 7 7 3", ("3", "7")),
        ("0 1", ()),
        ("1 2 3 1 2 3", ("1", "2", "3")),
        ("1 2 4 1 2 4", ()),
        ("no yes yes no", ("no", "yes")),
        ("1 2 3a 3b", ("1", "2", "3a", "3b")),
        ("0 1 1 0.5", ()),
        (" ".join(map(str, [*range(20)] * 2)), tuple(map(str, range(20)))),
        (" ".join(map(str, range(20))), ()),
        (" ".join(map(str, [*range(21)] * 2)), ()),
    ],
)
def test_classes_and_numbers_are_told_apart(targets: str, names: tuple[str, ...], tmp_path: Path) -> None:
    rows = read(tmp_path, "".join(f"{row},{row**2},{target}\n" for row, target in enumerate(targets.split())))
    assert rows.class_names == names
    if names:
        assert [names[label] for label in rows.labels] == [target.removesuffix(".0") for target in targets.split()]
    else:
        assert rows.targets[:, 0].tolist() == [float(target) for target in targets.split()]


def test_names_are_kept_on_one_line(tmp_path: Path) -> None:
    rows = read(tmp_path, '"a\nb",,c\n1,2,"no\tway"\n3,2,yes\n')
    assert rows.feature_names == ("a\\nb", "column 2")
    assert rows.class_names == ("no\\tway", "yes")


def test_joined_emoji_stay_whole_and_a_joiner_alone_is_seen(tmp_path: Path) -> None:
    family, flag = "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea"
    rainbow = "\U0001f3f3\ufe0f\u200d\U0001f308"
    rows = read(tmp_path, f"{family} kin,a\u200d,c\n1,2,{family}\n3,2,{rainbow}\n4,2,{flag}\n")
    assert rows.feature_names == (f"{family} kin", "a\\u200d")
    assert set(rows.class_names) == {family, rainbow, flag}
    assert [graphemes(name) for name in rows.class_names] == [((name, 2),) for name in rows.class_names]


def test_the_defaults_of_a_file(tmp_path: Path) -> None:
    data = read_dataset(tmp_path, "a,b,c\n" + "".join(f"{row},{row**2},{row % 2}\n" for row in range(40)))
    assert (data.name, data.task) == ("table.csv", "binary")
    assert (len(data.X), len(data.X_test)) == (30, 10)
    assert data.y_test.sum() == 5
    np.testing.assert_allclose(data.encode(data.X).std(axis=0), 1)


def test_the_options_of_a_file(tmp_path: Path) -> None:
    content = "a,b,c\n" + "".join(f"{row},{row**2},{row % 2}\n" for row in range(40))
    data = read_dataset(tmp_path, content, samples=10, test_share=0.0, standardize=False, features=("x1·x2",))
    assert data.y.sum() == 5
    np.testing.assert_array_equal(data.encode(data.X)[:, 0], data.X[:, 0] ** 3)


def test_the_same_file_and_seed_give_the_same_bits(tmp_path: Path) -> None:
    content = "a,b,c\n" + "".join(f"{row},{row**2},{row % 3}\n" for row in range(40))
    one, two = (read_dataset(tmp_path, content, noise=0.1, samples=30, seed=5) for _ in range(2))
    assert one.X.tobytes() == two.X.tobytes()
    assert one.y_test.tobytes() == two.y_test.tobytes()


def test_many_chunks_make_one_table(tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(3000, 7))
    content = "".join(",".join(map(repr, row)) + f",{index % 5}\n" for index, row in enumerate(X.tolist()))
    rows = read(tmp_path, content)
    np.testing.assert_array_equal(rows.X, X)
    np.testing.assert_array_equal(rows.labels, np.arange(3000) % 5)


def test_a_large_file_is_read_in_a_few_seconds(tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(1000, 10))
    lines = "".join(",".join(f"{value:.6g}" for value in row) + f",{index % 3}\n" for index, row in enumerate(X))
    path = tmp_path / "large.csv"
    path.write_text(lines * 100, encoding="utf-8")
    start = time.perf_counter()
    assert len(read_file(str(path)).X) == 100_000
    # About 0.6 s; the bound allows for a slow and busy machine.
    assert time.perf_counter() - start < 4


def test_a_title_above_the_table_is_told_from_fields_that_are_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 3: there is 1 field, but 3 in line 1, where spaces part them; give"):
        read(tmp_path, "Weather station North\n\ntemp,rain\n1,2\n")
