"""``tuinet predict``: files, standard input, values; tables, CSV and JSON; notes and errors."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests.own_tables import own_run, write_rows
from tests.terminal import Terminal
from tuinet.cli.main import cli
from tuinet.experiment.presets import make_experiment
from tuinet.session.session import Session
from tuinet.storage import session_file

ROOT = Path(__file__).parents[2]
IRIS = ("5.1", "3.5", "1.4", "0.2")
NAMES = "sepal length,sepal width,petal length,petal width"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with saved runs: iris.npz, gaps.npz (missing values are filled), two.npz (several targets)."""
    folder = tmp_path_factory.mktemp("runs")
    iris = Session(make_experiment(dataset="iris"))
    iris.advance(30)
    session_file.write(folder / "iris.npz", iris.save())
    session_file.write(folder / "gaps.npz", own_run(1, folder, missing="mean").save())
    session_file.write(folder / "two.npz", own_run(2, folder).save())
    return folder


def predict(*arguments: object, given: str | bytes = "") -> Result:
    return CliRunner().invoke(cli, ["predict", *map(str, arguments)], input=given)


def notes(result: Result) -> list[str]:
    return result.stderr.splitlines()


def test_values_are_one_sample(runs: Path) -> None:
    done = predict(runs / "iris.npz", *IRIS)
    head, row = done.stdout.splitlines()
    assert head == "prediction,P(setosa),P(versicolor),P(virginica)"
    assert row.startswith("setosa,0.") and done.stderr == ""
    named = [f"{name}={value}" for name, value in zip(NAMES.split(","), IRIS, strict=True)]
    assert predict(runs / "iris.npz", *reversed(named)).stdout == done.stdout


@pytest.mark.parametrize("value", ["-1", "-1.5e-3", "−2", "-.5"])
def test_a_negative_number_is_no_option(runs: Path, value: str) -> None:
    done = predict(runs / "iris.npz", value, *IRIS[1:], "--format", "json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["prediction"] == "setosa"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give a file, - for standard input, or a value for each input: 'sepal length'"),
        (("1", "2"), "VALUE: there are 2 values, but 4 inputs: 'sepal length', "),
        (("a", "2", "3", "4"), "VALUE, column 1 'sepal length': 'a' is not a number; write one"),
        (("1e999", "2", "3", "4"), "'1e999' is not a finite number"),
        (("sepal length=1", "2"), "'2': name every value, as in sepal length=…, or none"),
        (("length=1",), "'length' is no input; there is 'petal length', "),
        (("Petl Width=1",), "; did you mean 'petal width'?"),
        (("1,037", "2", "3", "4"), "which may be 1037 or 1.037; say which sign is the decimal one"),
        (("1", "2", "3", "4", "--fromat", "csv"), "No such option '--fromat'."),
        (("nowhere.csv",), "nowhere.csv: there is no such file"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_one_line(runs: Path, arguments: tuple[str, ...], said: str) -> None:
    command = [sys.executable, "-m", "tuinet", "predict", str(runs / "iris.npz"), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert said in done.stderr


def test_columns_are_found_by_name_and_the_answers_measured(runs: Path, tmp_path: Path) -> None:
    head = ["class", "petal width", "id", "petal length", "sepal width", "sepal length"]
    rows = [["setosa", "0.2", 7, "1.4", "3.5", "5.1"], ["virginica", "2.5", 8, "6.0", "3.3", "6.3"]]
    file = write_rows(tmp_path / "new.csv", [head, *rows], "\t")
    done = predict(runs / "iris.npz", file)
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["prediction", "setosa", "virginica"]
    assert [line.split(",")[-1] for line in done.stdout.splitlines()] == ["right", "setosa", "virginica"]
    unused, measures = notes(done)
    assert unused == "tuinet: note: not used: id"
    assert measures.startswith("tuinet: 2 samples: loss ") and measures.endswith("accuracy 1 (2/2)")
    *answers, metrics = map(json.loads, predict(runs / "iris.npz", file, "--format", "json").stdout.splitlines())
    assert [answer["line"] for answer in answers] == [2, 3]
    assert answers[1]["probabilities"].keys() == {"setosa", "versicolor", "virginica"}
    assert metrics["record"] == "metrics" and metrics["accuracy"] == 1.0


def test_names_of_columns_are_found_whatever_their_case(runs: Path, tmp_path: Path) -> None:
    file = write_rows(
        tmp_path / "case.csv",
        [["Sepal_Length", "SEPAL WIDTH", "petal-length", "petalwidth", "Class"], [*IRIS, "setosa"]],
    )
    done = predict(runs / "iris.npz", file)
    assert done.exit_code == 0 and done.stdout.splitlines()[1].startswith("setosa,")
    assert [note.partition(" sample")[0] for note in notes(done)] == ["tuinet: 1"]
    named = predict(
        runs / "iris.npz", *(f"{name}={value}" for name, value in zip(NAMES.upper().split(","), IRIS, strict=True))
    )
    assert named.stdout.splitlines()[1] == done.stdout.splitlines()[1].removesuffix(",setosa")
    near = predict(runs / "iris.npz", "petal widht=1")
    assert near.exit_code == 2 and "did you mean 'petal width'?" in near.stderr


def test_columns_of_other_names_that_are_taken_in_order_are_said_to_be(tmp_path: Path) -> None:
    session = Session(make_experiment(dataset="circle"))
    session_file.write(tmp_path / "run.npz", session.save())
    done = predict(tmp_path / "run.npz", "-", given="east,north\n0.5,1\n")
    assert notes(done) == ["tuinet: note: no column is called 'x1', 'x2', so they are taken in their order"]


def test_a_missing_column_is_named(runs: Path, tmp_path: Path) -> None:
    file = write_rows(tmp_path / "few.csv", [["sepal length", "petal length"], [1, 2]])
    done = predict(runs / "iris.npz", file)
    assert done.exit_code == 2
    assert f"{file}: 2 columns 'sepal width', 'petal width' are missing; there is 'sepal length', 'p" in done.stderr


def test_without_a_header_columns_are_in_order_and_that_is_said(runs: Path) -> None:
    rows = f"{','.join(IRIS)}\n{','.join(IRIS)}\n"
    done = predict(runs / "iris.npz", "-", given=rows)
    assert len(done.stdout.splitlines()) == 3
    assert notes(done) == [f"tuinet: note: there is no header, so the columns are taken for {NAMES.replace(',', ', ')}"]
    labelled = predict(runs / "iris.npz", "-", given=rows.replace("0.2\n", "0.2,setosa\n"))
    assert notes(labelled)[-1].endswith("accuracy 1 (2/2)")
    done = predict(runs / "iris.npz", "-", given="1,2\n")
    assert "there is no header but 2 fields, and there are 4 inputs" in done.stderr


def test_unknown_classes_and_categories_are_named_once(runs: Path) -> None:
    rows = [NAMES + ",class", *["5.1,3.5,1.4,0.2,rosa"] * 3, "5.1,3.5,1.4,0.2,setosa"]
    done = predict(runs / "iris.npz", "-", given="\n".join(rows))
    assert notes(done)[0] == (
        "tuinet: note: 'rosa' is none of the classes 'setosa', 'versicolor', 'virginica': such samples are not measured"
    )
    assert notes(done)[1].startswith("tuinet: 1 sample: ") and notes(done)[1].endswith("; 3 not measured")
    assert len(notes(done)) == 2 and len(done.stdout.splitlines()) == 5
    done = predict(runs / "gaps.npz", "-", given="city,age,hours\nRome,30,10\nRome,40,20\nOslo,40,20\n")
    assert notes(done) == [
        "tuinet: note: city: 'Rome' is none of 'Berlin', 'Oslo', 'São Paulo', '上海': all its inputs are 0"
    ]


def test_missing_values_are_filled_as_the_data_s_were_or_have_no_answer(runs: Path) -> None:
    done = predict(runs / "gaps.npz", "-", given="city,age,hours\n?,NA,10\nOslo,40,\n")
    assert all(line for line in done.stdout.splitlines())
    assert [note.partition(" filled")[0] for note in notes(done)] == [
        "tuinet: note: city: 1 missing value",
        "tuinet: note: age: 1 missing value",
        "tuinet: note: hours: 1 missing value",
    ]
    gaps = "5.1,,1.4,0.2\n"
    done = predict(runs / "iris.npz", "-", "--format", "csv", given=f"{NAMES}\n{gaps * 5}5.1,3.5,1.4,0.2\n")
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["prediction", *[""] * 5, "setosa"]
    assert notes(done) == [
        *(
            f"tuinet: note: standard input, line {line}: 'sepal width' is missing, so there is no answer"
            for line in (2, 3, 4)
        ),
        "tuinet: note: 5 samples have no answer, since a value is missing",
    ]
    answer = json.loads(predict(runs / "iris.npz", "-", "--format", "json", given=f"{NAMES}\n{gaps}").stdout)
    assert answer == {"record": "answer", "line": 2, "prediction": None}


def test_a_bad_value_is_named_with_its_place_after_the_answers_before_it(runs: Path) -> None:
    done = predict(runs / "iris.npz", "-", given=f"{NAMES}\n5.1,3.5,1.4,0.2\n5.1,3.5,x,0.2\n")
    assert len(done.stdout.splitlines()) == 2
    assert "standard input, line 3, column 3 'petal length': 'x' is not a number" in done.stderr


def test_several_numbers_have_columns_of_their_own(runs: Path) -> None:
    done = predict(runs / "two.npz", "age=40", "hours=20", "--format", "json")
    assert json.loads(done.stdout)["prediction"].keys() == {"income", "tax"}
    done = predict(runs / "two.npz", "-", given="tax,hours,age,income\n700,20,40,2300\n600,25,41,2500\n")
    assert done.stdout.splitlines()[0] == "income,tax,right(income),right(tax)"
    assert done.stdout.splitlines()[1].endswith(",2300,700")
    assert "R² " in notes(done)[0]
    done = predict(runs / "two.npz", "-", "--format", "json", given="tax,hours,age,income\n7,20,40,23\n")
    record = json.loads(done.stdout.split("\n")[0])
    assert record["right"] == {"income": 23.0, "tax": 7.0}


@pytest.mark.parametrize(
    "text",
    [
        "sepal length;sepal width;petal length;petal width\r\n5,1;3,5;1,4;0,2\r\n",
        "sep=;\nsepal length;sepal width;petal length;petal width\n5,1;3,5;1,4;0,2\n",
        "# sepal length,sepal width,petal length,petal width\n5.1,3.5,1.4,0.2\n",
        "\ufeffsepal length,sepal width,petal length,petal width,\n5.1,3.5,1.4,0.2,\n",
        "sepal length,sepal width,petal length,petal width,\n5.1,3.5,1.4,0.2\n",
        "sepal length,sepal width,petal length,petal width\n5.1,3.5,1.4,0.2,\n",
        "sepal length,sepal width,petal length,petal width,\n5.1,3.5,1.4,0.2,9\n",
        "sepal length,sepal width,petal length,petal width\nfirst,5.1,3.5,1.4,0.2\n",
        ",sepal length,sepal width,petal length,petal width\n0,5.1,3.5,1.4,0.2\n",
        '"sepal length"|"sepal width"|"petal length"|"petal width"\n5.1|3.5|1.4|0.2\n',
    ],
)
def test_dialects(runs: Path, text: str, tmp_path: Path) -> None:
    wanted = predict(runs / "iris.npz", *IRIS).stdout
    assert predict(runs / "iris.npz", "-", given=text).stdout == wanted
    (tmp_path / "file.csv").write_text(text.removeprefix("\ufeff"), encoding="utf-16")
    assert predict(runs / "iris.npz", tmp_path / "file.csv").stdout == wanted


def test_arrays_with_and_without_targets(runs: Path, tmp_path: Path) -> None:
    X = np.array([[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, np.nan, 2.5], [6.3, 3.3, 6.0, 2.5]])
    for number, y in enumerate((None, np.array(["setosa", "virginica", "virginica"]), np.eye(3))):
        arrays = {} if y is None else {"y": y}
        np.savez(tmp_path / f"{number}.npz", X=X, **arrays)  # type: ignore[arg-type]
        done = predict(runs / "iris.npz", tmp_path / f"{number}.npz")
        assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["prediction", "setosa", "", "virginica"]
        assert "X[1]: 'petal length' is missing" in done.stderr
        assert done.stderr.count("accuracy") == bool(arrays)
    np.savez(tmp_path / "few.npz", X=X[:, :3])
    assert "its shape is (3, 3), but there are 4 inputs" in predict(runs / "iris.npz", tmp_path / "few.npz").stderr


def test_a_line_or_json_is_trained_first(runs: Path) -> None:
    done = predict("tuinet --dataset xor --at 3000", "0", "1")
    assert done.stdout.splitlines()[1].startswith("1,") and done.stderr == ""
    done = predict("tuinet --dataset xor --epochs 7", "0", "1")
    assert notes(done) == ["tuinet: note: RUN names no moment, so it is trained for 7 epochs"]


def test_a_row_is_answered_before_the_next_one_is_read(runs: Path) -> None:
    command = [sys.executable, "-m", "tuinet", "predict", str(runs / "iris.npz"), "-"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        heads = []
        for row in (NAMES + "\n5.1,3.5,1.4,0.2", "6.3,3.3,6.0,2.5", "5.1,3.5,1.4,0.2"):
            process.stdin.write(row + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            heads.append((process.stdout.readline() if line.startswith("prediction") else line).split(",")[0])
        assert heads == ["setosa", "virginica", "setosa"]
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def test_a_reader_that_has_seen_enough_is_no_error(runs: Path) -> None:
    rows = f"{NAMES}\n" + "5.1,3.5,1.4,0.2\n" * 5000
    command = f"{sys.executable} -m tuinet predict {runs / 'iris.npz'} - | head -n 2"
    done = subprocess.run(
        command, shell=True, cwd=ROOT, input=rows, capture_output=True, text=True, timeout=60, check=True
    )
    assert (len(done.stdout.splitlines()), done.stderr) == (2, "")


@pytest.mark.terminal
def test_on_a_terminal_it_is_a_table(runs: Path) -> None:
    command = [sys.executable, "-m", "tuinet", "predict", str(runs / "iris.npz"), *IRIS]
    with Terminal(command, columns=80, rows=24, cwd=ROOT) as terminal:
        terminal.wait_for("P(virginica)")
        assert terminal.exit_status() == 0
        assert " line  prediction  P(setosa)  P(versicolor)  P(virginica)" in terminal.text()


def test_a_table_that_is_too_wide_tells_the_two_likeliest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(make_experiment(dataset="digits"))
    session.advance(1)
    session_file.write(tmp_path / "digits.npz", session.save())
    np.savez(tmp_path / "new.npz", X=session.run.dataset.X_test[:4].reshape(4, 8, 8))
    heads = []
    for columns in ("80", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        done = predict(tmp_path / "digits.npz", tmp_path / "new.npz", "--format", "table")
        assert max(map(len, done.stdout.splitlines())) <= int(columns)
        heads.append(done.stdout.splitlines()[0].split())
    assert heads == [
        ["line", "prediction", "P", "or", "else", "P"],
        ["line", "prediction", *(f"P({digit})" for digit in range(10))],
    ]


def test_many_rows_are_quick(runs: Path) -> None:
    begun = time.monotonic()
    rows = f"{NAMES}\n" + "5.1,3.5,1.4,0.2\n" * 2000
    assert predict(runs / "iris.npz", "-", given=rows).stdout.count("\n") == 2001
    assert time.monotonic() - begun < 20


def test_without_names_the_columns_that_were_numbered_are_those_numbers(tmp_path: Path) -> None:
    rows: list[list[object]] = [[index % 5, index, "ab"[index % 2], 3 * index % 7] for index in range(30)]
    session = Session(make_experiment(dataset=str(write_rows(tmp_path / "bare.csv", rows)), target="3"))
    session.advance(2)
    session_file.write(tmp_path / "run.npz", session.save())
    assert session.run.dataset.feature_names == ("x1", "x2", "x4")
    whole = predict(tmp_path / "run.npz", "-", given="1,2,a,4\n3,4,b,5\n").stdout.splitlines()
    bare = predict(tmp_path / "run.npz", "-", given="1,2,4\n3,4,5\n").stdout.splitlines()
    assert [line.rsplit(",", 1)[0] for line in whole] == bare
    assert [line.rsplit(",", 1)[1] for line in whole] == ["right", "a", "b"]
    named = predict(tmp_path / "run.npz", "-", given="p,q,r\n1,2,4\n3,4,5\n").stdout.splitlines()
    assert named == bare


def test_what_is_left_out_of_numbers_is_noted(runs: Path) -> None:
    done = predict(runs / "two.npz", "-", given='age,hours\n40,"$1,020.5"\n41,"$1,030.5"\n')
    assert notes(done) == ["tuinet: note: hours: the currency of '$1,020.5' is left out (1020.5)"]
    assert done.stdout == predict(runs / "two.npz", "-", given="age,hours\n40,1020.5\n41,1030.5\n").stdout


def test_outputs_that_are_no_numbers_are_noted(tmp_path: Path) -> None:
    session = Session(make_experiment(dataset="hills", learning_rate=1e300))
    session.advance(3)
    session_file.write(tmp_path / "run.npz", session.save())
    done = predict(tmp_path / "run.npz", "1", "2", "--format", "json")
    assert notes(done) == ["tuinet: note: there are outputs that are not finite numbers, as of a run that has diverged"]
    assert json.loads(done.stdout)["prediction"] == {"y": None}


def test_no_more_is_kept_to_be_measured_than_has_room(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuinet.cli.predict.MAX_VALUES", 12)
    rows = "\n".join(f"{','.join(IRIS)},setosa" for _ in range(5))
    said = notes(predict(runs / "iris.npz", "-", given=f"{NAMES},class\n{rows}\n"))[-1]
    assert said.startswith("tuinet: 3 samples: ") and said.endswith("; 2 not measured")


def test_a_value_that_is_not_given_is_named_without_a_line(runs: Path) -> None:
    done = predict(runs / "iris.npz", "petal width=1")
    assert notes(done) == [
        "tuinet: note: VALUE: 'sepal length', 'sepal width', 'petal length' are missing, so there is no answer"
    ]
