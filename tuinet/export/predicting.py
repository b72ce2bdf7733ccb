"""The part of a script that answers new samples with the trained weights: encoder, `predict`, and a reader of CSV."""

from __future__ import annotations

import json
from textwrap import indent
from typing import Any, Final

import numpy as np

from tuinet.data.dataset import FEATURES
from tuinet.data.numerals import MISSING
from tuinet.export.plan import Plan
from tuinet.nn.parameters import Array

TRAINED, ENCODER = "trained.csv", "encoder.json"
"""Files beside the scripts."""
_EMBEDDED_VALUES: Final = 48


class _Symbol:
    """Stands for an array in the functions that make features, so that they write themselves down."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __mul__(self, other: _Symbol) -> _Symbol:
        return _Symbol(f"{self.code} * {other.code}")


class _Functions:
    """Stands for the arithmetic there."""

    def __getattr__(self, name: str) -> Any:
        return lambda symbol: _Symbol(f"np.{name}({symbol.code})")


def feature_code(name: str) -> str:
    """The code of one of `FEATURES`, in x1 and x2."""
    make: Any = FEATURES[name]
    code: str = make(_Functions(), _Symbol("x1"), _Symbol("x2")).code
    return code


def files(plan: Plan) -> dict[str, str]:
    """The files that this part reads, by their names; none where there is little in them."""
    if plan.trained is None:
        return {}
    made = {}
    if not _are_few_weights(plan.trained):
        made[TRAINED] = "".join(f"{value!r}\n" for value in plan.trained.tolist())
    if not _is_small(plan):
        facts = {name.lower(): value for name, value in _facts(plan).items()}
        made[ENCODER] = json.dumps(facts, ensure_ascii=False) + "\n"
    return made


def _are_few_weights(trained: Array) -> bool:
    # Python has no literals of what is not finite.
    return trained.size <= _EMBEDDED_VALUES and bool(np.isfinite(trained).all())


def _is_small(plan: Plan) -> bool:
    return len(plan.dataset.feature_names) + len(plan.dataset.class_names) <= _EMBEDDED_VALUES


def _facts(plan: Plan) -> dict[str, Any]:
    """The encoder as plain values, by the names of constants."""
    dataset, scale = plan.dataset, plan.dataset.target_scale
    facts: dict[str, Any] = {
        "COLUMNS": [[column.name, list(column.categories), column.fill] for column in dataset.input_columns],
        "ANSWERS": list(dataset.answer_names),
    }
    arrays = {
        "SHIFT": dataset.encoder.shift,
        "SCALE": dataset.encoder.scale,
        "TARGET_SHIFT": None if scale is None else scale.shift,
        "TARGET_SCALE": None if scale is None else scale.scale,
    }
    return facts | {name: array.tolist() for name, array in arrays.items() if array is not None}


def with_imports(plan: Plan, imports: str) -> str:
    """The imports of a script with those that this part needs."""
    if plan.trained is None:
        return imports
    names = ["csv", "io", *([] if _is_small(plan) else ["json"]), "math", "sys"]
    return imports.replace("import math\n", "".join(f"import {name}\n" for name in names))


def constants(plan: Plan) -> str:
    """The encoder, the names of the answers, and the trained weights."""
    assert plan.trained is not None
    facts, lines = _facts(plan), ["# Each column: its name, the values of a text, and what stands for a missing one."]
    if _is_small(plan):
        columns = ",\n    ".join(map(repr, facts.pop("COLUMNS")))
        lines += [f"COLUMNS = [\n    {columns},\n]", *(f"{name} = {value!r}" for name, value in facts.items())]
    else:
        lines += [f'ENCODER = json.loads(Path(__file__).with_name("{ENCODER}").read_text("utf-8"))']
        lines += [f'{name} = ENCODER["{name.lower()}"]' for name in facts]
    if _are_few_weights(plan.trained):
        lines.append(f"TRAINED = {plan.trained.tolist()!r}")
    else:
        lines.append(f'TRAINED = np.loadtxt(Path(__file__).with_name("{TRAINED}"))')
    return "\n".join(lines)


def functions(plan: Plan, outputs: str) -> str:
    """The functions that answer.

    Parameters
    ----------
    outputs
        The statements that set `outputs`, shape (samples, outputs), for the network's `inputs`.
    """
    parts = [_encoded(plan), _outputs(plan, outputs), _predict(plan), _READER.replace("MISSING_TEXTS", _missing())]
    return "\n\n\n".join([*parts, _writer(plan)])


def _missing() -> str:
    return ", ".join(map(repr, sorted(MISSING)))


def _encoded(plan: Plan) -> str:
    encoder = plan.dataset.encoder
    lines = [
        '"""The network\'s inputs for raw features X, a row a sample, a text as a 0 or 1 for each of its values."""'
    ]
    lines.append("X = np.asarray(X, np.float64)")
    if encoder.features:
        made = ", ".join(feature_code(name) for name in encoder.features)
        lines += ["x1, x2 = X.T", f"X = np.stack([{made}], axis=1)"]
    shifted = "X - np.array(SHIFT)" if encoder.shift is not None else "X"
    lines.append(f"return ({shifted}) / np.array(SCALE)" if encoder.scale is not None else f"return {shifted}")
    return "def encoded(X):\n" + indent("\n".join(lines), "    ")


def _outputs(plan: Plan, outputs: str) -> str:
    scaled = "outputs * np.array(TARGET_SCALE) + np.array(TARGET_SHIFT)"
    decoded = scaled if plan.dataset.target_scale is not None else "outputs.astype(np.float64)"
    unit = "in the unit of the targets" if plan.dataset.task == "regression" else "as they are"
    return f'''def answer(X):
    """The outputs of the trained network for raw features X, {unit}."""
    theta[:] = TRAINED
    inputs = prepared(encoded(X))[0]
{indent(outputs, "    ")}
    return {decoded}'''


def _predict(plan: Plan) -> str:
    task, activation = plan.dataset.task, plan.loss.output_activation
    if task == "regression":
        return 'def predict(X):\n    """The numbers that are predicted, a row a sample."""\n    return answer(X)'
    threshold = plan.encoding.threshold(plan.dataset)
    if task == "labels":
        chosen, said = f"(answer(X) > {threshold!r}).astype(int)", "0 or 1 for each label"
    else:
        classes = f"(answer(X)[:, 0] > {threshold!r}) * 1" if task == "binary" else "answer(X).argmax(axis=1)"
        chosen, said = f"np.array(ANSWERS)[{classes}]", "The class"
    predict = f'def predict(X):\n    """{said} of each sample of raw features X."""\n    return {chosen}'
    if not plan.encoding.has_probabilities(plan.dataset):
        return predict
    shares = "(answer(X) + 1) / 2" if activation == "tanh" else "answer(X)"
    lines = [f"shares = {shares}"]
    if task == "binary":
        lines.append("return np.hstack([1 - shares, shares])")
    elif task == "labels" or activation == "softmax":
        lines = [f"return {shares}"]
    else:
        lines.append("total = shares.sum(axis=1, keepdims=True)")
        lines.append("return np.where(total > 0, shares / total, 1 / len(ANSWERS))")
    doc = '"""The probabilities of ANSWERS, a row a sample."""'
    return f"{predict}\n\n\ndef predict_proba(X):\n" + indent("\n".join([doc, *lines]), "    ")


_READER: Final = '''MISSING = {MISSING_TEXTS}


def read_table(path):
    """Raw features from a CSV file, or X of an NPZ file: columns by their names, or in order without a header."""
    if path.endswith(".npz"):
        X = np.load(path)["X"]
        return X.reshape(len(X), -1).astype(np.float64)
    data = Path(path).read_bytes()
    try:
        text = data.decode("utf-16" if data[:2] in (b"\\xff\\xfe", b"\\xfe\\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    first, _, rest = text.partition("\\n")
    said = first.strip()[4:] if first.lower().startswith("sep=") else ""
    text = (rest if said else text).lstrip("# ")
    delimiter = said or next((sign for sign in "\\t;,|" if sign in text.partition("\\n")[0]), "")
    lines = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True) if delimiter else (
        line.split() for line in text.splitlines()
    )
    rows = [[field.strip() for field in row] for row in lines if any(map(str.strip, row))]
    names = [name for name, _, _ in COLUMNS]
    places = list(range(len(names)))
    if set(names) & set(rows[0]):
        lacking = [name for name in names if name not in rows[0]]
        if lacking:
            sys.exit(f"{path}: columns are missing: {', '.join(lacking)}")
        places = [rows[0].index(name) for name in names]
        rows = rows[1:]
    for row in rows:
        if len(row) <= max(places):
            sys.exit(f"{path}: there are {len(row)} fields in {','.join(row)!r}; columns are missing")
    numbers = [row[place] for row in rows for place, column in zip(places, COLUMNS) if not column[1]]
    group, decimal = (".", ",") if delimiter != "," and any("," in text for text in numbers) else (",", ".")
    return np.array([features(row, places, group, decimal) for row in rows]).reshape(len(rows), -1)


def features(row, places, group, decimal):
    """The features of a row; NaN where a value is missing and no number stands for it."""
    values = []
    for (name, categories, fill), place in zip(COLUMNS, places):
        text = row[place]
        if text.lower() in MISSING:
            values += [math.nan if fill is None else fill] * max(1, len(categories))
        elif categories:
            values += [float(text == category) for category in categories]
        else:
            plain = text.replace("\\u2212", "-").strip("$€£¥₹% ")
            try:
                values.append(float(plain.replace(group, "").replace(decimal, ".")))
            except ValueError:
                sys.exit(f"{name}: {text!r} is not a number")
    return values'''


def _writer(plan: Plan) -> str:
    dataset, has_chances = plan.dataset, plan.encoding.has_probabilities(plan.dataset)
    names = '["prediction"]' if dataset.class_names else "list(ANSWERS)"
    heading = f'{names} + [f"P({{name}})" for name in ANSWERS]' if has_chances else names
    chances = "\n    chances = predict_proba(X[known])" if has_chances else ""
    values = "predict(X[known]).reshape(known.sum(), -1).tolist()"
    joined = "[[*answer, *more] for answer, more in zip(answers, chances.tolist())]" if has_chances else "answers"
    return f'''def write_answers(path):
    """A row of CSV for each sample of a file, empty where there is no answer."""
    X = read_table(path)
    known = ~np.isnan(X).any(axis=1)
    answers = {values}{chances}
    answers = iter({joined})
    write = csv.writer(sys.stdout, lineterminator="\\n").writerow
    names = {heading}
    write(names)
    for is_known in known:
        write(next(answers) if is_known else [""] * len(names))'''


def with_modes(plan: Plan, training: str) -> str:
    """The statements of a script that is run: to answer the samples of a file, or to train."""
    if plan.trained is None:
        return training
    return (
        'if __name__ == "__main__" and sys.argv[1:2] == ["predict"]:\n    write_answers(sys.argv[2])\n'
        f'elif __name__ == "__main__":\n{indent(training, "    ")}'
    )


def modes(plan: Plan) -> list[str]:
    """A paragraph of the head on what else the script does."""
    if plan.trained is None:
        return []
    return [
        "With `predict FILE` behind its name it answers the rows of a CSV file instead, with the weights of the moment "
        "of the export, and as module it has `predict(X)`."
    ]
