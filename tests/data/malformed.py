"""More than 100 files that no dataset can be made of, each refused quickly, in one line; and odd ones that are read."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np

_GOOD = b"a,b,c\n1,2,0\n3,5,1\n4,1,0\n2,7,1\n"
_MANY = b"a,b,c\n" + b"".join(b"%d,%d,%d\n" % (row, row * row, row % 2) for row in range(500))
_X = np.arange(20.0).reshape(10, 2)
_Y = np.arange(10) % 2


def malformed_names() -> list[str]:
    """The names of the files."""
    return [*_small(), *_BOMBS]


@cache
def malformed_file(name: str) -> bytes:
    """What is in a file; a bomb is made when it is asked for, since that takes a while."""
    return _BOMBS[name]() if name in _BOMBS else _small()[name]


@cache
def odd_files() -> Mapping[str, bytes]:
    """Files that are read, most of them with a note."""
    texts = {f"value-{name}.csv": _GOOD + b"7," + text + b",1\n" for name, text in {**_MISSING, **_DRESSED}.items()}
    targets = {f"target-{name}.csv": _FRACTIONS + b"7,3," + text + b"\n" for name, text in _MISSING.items()}
    encoded = "größe,b,c\n1,2,0\n3,4,1\n5,4,1\n"
    rest = {
        "one-sample.csv": b"a,b,c\n1,2,0\n",
        "one-line-of-numbers.csv": b"1,2,0\n",
        "duplicate-names.csv": b"a,a,c\n1,2,0\n3,4,1\n5,4,1\n",
        "target-thousands.csv": _FRACTIONS + b'7,3,"1,000"\n',
        "target-percent.csv": _FRACTIONS + b"7,3,50%\n",
        "constant-column.csv": b"a,b,c\n1,2,0\n1,4,1\n1,7,0\n1,8,1\n",
        "constant-columns.csv": b"a,b,c\n1,2,0\n1,2,1\n1,2,1\n",
        "lonely-class.csv": _GOOD + b"5,6,2\n",
        "lonely-text.csv": _many_classes() + b"1,2,rare\n",
        "text-feature.csv": b"a,b,c\n1,red,0\n2,blue,1\n3,red,1\n",
        "utf-16.csv": encoded.encode("utf-16"),
        "utf-16-be.csv": b"\xfe\xff" + encoded.encode("utf-16-be"),
        "utf-16-without-bom.csv": encoded.encode("utf-16-le"),
        "utf-32.csv": encoded.encode("utf-32"),
        "latin-1.csv": encoded.encode("latin1"),
        "undefined-in-windows.csv": b"a\x81,b,c\n1,2,0\n3,4,1\n5,4,1\n",
        "array-one-row.npz": npz(X=_X[:1], y=_Y[:1]),
        "array-nan.npz": npz(X=np.where(np.arange(20).reshape(10, 2) == 7, np.nan, _X), y=_Y),
        "array-nan-target.npz": npz(X=_X, y=np.where(np.arange(10) == 1, np.nan, np.arange(10) / 2)),
        "array-constant.npz": npz(X=np.c_[_X, np.ones(10)], y=_Y),
    }
    return MappingProxyType({**texts, **targets, **rest})


def _many_classes() -> bytes:
    return b"a,b,c\n" + b"".join(b"%d,%d,%s\n" % (row, row * row, (b"x", b"y")[row % 2]) for row in range(40))


_MISSING: Mapping[str, bytes] = {
    "missing": b"",
    "blank": b"   ",
    "question": b"?",
    "not-available": b"NA",
    "null": b"NULL",
    "nan": b"nan",
}
_DRESSED: Mapping[str, bytes] = {"thousands": b'"1,000"', "decimal-comma": b'"1,5"', "percent": b"50%"}
_FRACTIONS = b"a,b,c\n" + b"".join(b"%d,%d,%d.5\n" % (n, n * n, n) for n in range(60))


@cache
def _small() -> Mapping[str, bytes]:
    kinds = (_shapes(), _values(), _encodings(), _compressed(), _archives(), _headers(), _arrays())
    return MappingProxyType({name: content for files in kinds for name, content in files.items()})


def npz(**arrays: object) -> bytes:
    """An archive of arrays as NumPy names them, pickles included."""
    return archive({f"{name}.npy": _saved(array) for name, array in arrays.items()})


def _saved(array: object) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.asanyarray(array), allow_pickle=True)
    return buffer.getvalue()


def archive(members: Mapping[str, bytes]) -> bytes:
    """A compressed archive of any bytes, dated 1980: the same content makes the same archive at any time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for name, content in members.items():
            zipped.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, compresslevel=1)
    return buffer.getvalue()


def gzipped(content: bytes, level: int = 9) -> bytes:
    """Compressed content without a date."""
    return gzip.compress(content, level, mtime=0)


def npy(header: str, data: bytes = b"", version: bytes = b"\1\0") -> bytes:
    """An array's file with any header."""
    text = header.encode("latin1") + b"\n"
    return b"\x93NUMPY" + version + struct.pack("<H", len(text)) + text + data


def _header(descr: str, shape: str) -> str:
    return f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"


def _shapes() -> dict[str, bytes]:
    return {
        "empty.csv": b"",
        "blank.csv": b"\n  \n\r\n\n",
        "bom-only.csv": b"\xef\xbb\xbf",
        "header-only.csv": b"a,b,c\n",
        "one-column.csv": b"a\n1\n2\n",
        "one-column-quoted.csv": b'"a,b"\n"1,2"\n',
        "ragged-short.csv": _GOOD + b"1,2\n",
        "ragged-long.csv": _GOOD + b"1,2,3,4\n",
        "ragged-spaces.txt": b"1 2 0\n3  4 1\n5 6\n",
        "ragged-tabs.tsv": b"1\t2\t0\n3\t4\t\t1\n",
        "cut-in-a-line.csv": _MANY[:-4],
        "cut-in-a-quote.csv": b'a,b,c\n1,2,"no"\n3,4,"ye',
        "only-commas.csv": b",,,\n,,,\n,,,\n",
        "too-many-columns.csv": b",".join(b"%d" % column for column in range(5000)) + b"\n",
        "too-many-rows.csv.gz": gzipped(b"1,2\n3,4\n" * 500_001, 1),
        "long-line.csv": b"1," * 2_000_000,
        "long-field.csv": b"a,b,c\n1," + b"x" * 10_000_000 + b",2\n",
        "long-quoted-field.csv": b'a,b,c\n1,"' + b"x\n" * 200_000,
        "open-quote.csv": b'a,b,c\n1,"2,0\n' + b"3,4,1\n" * 1000,
        "text-after-quote.csv": b'a,b,c\n1,"2"3,0\n4,5,1\n',
    }


def _values() -> dict[str, bytes]:
    bad = {
        "inf": b"inf",
        "minus-inf": b"-Infinity",
        "beyond-float": b"1e999",
        "beyond-sense": b"-1e300",
        "many-digits": b"9" * 400,
        "word": b"red",
        "hex": b"0x1F",
        "complex": b"1+2j",
        "two-points": b"1.2.3",
        "date": b"2024-02-30",
        "formula": b"=SUM(A1:A9)",
        "escape": b"\x1b[31m1\x1b[0m",
        "fraction": b"\xc2\xbd",
        "line-break": b'"1\n2"',
        "separator": "1\u20282".encode(),
    }
    values = {f"value-{name}.csv": _GOOD + b"7," + text + b",1\n" for name, text in bad.items()}
    targets = {
        f"target-{name}.csv": _FRACTIONS + b"7,3," + text
        for name, text in bad.items()
        if not name.startswith("many-digits")
    }
    rest = {
        "target-decimal-comma.csv": _FRACTIONS + b'7,3,"1,5"',
        "thousand-or-fraction.csv": b'a;b;c\n"1,037";2;0\n"2,451";3;1\n',
        "both-signs.csv": b"a;b;c\n1,5;2.25;0\n2,5;3.5;1\n",
        "underscore.csv": _GOOD + b"7,1_0,1\n",
        "mostly-missing.csv": b"a,b,c,d\n1,,2,0\n,3,4,1\n5,,,0\n7,8,,1\n",
        "dates-as-target.csv": b"a,b\n1,2024-01-01\n2,2024-01-02\n",
        "only-texts-that-differ.csv": b"a,b\n" + b"".join(b"t%d,%d\n" % (row, row) for row in range(60)),
        "late-word.csv": _MANY + b"1,x,0\n",
        "first-line-word.csv": b"1,x,3,0\n1,2,3,0\n4,5,6,1\n",
        "one-class.csv": b"a,b,c\n1,2,yes\n3,4,yes\n",
        "one-class-number.csv": b"a,b,c\n1,2,1\n3,4,1\n",
        "constant-target.csv": b"a,b,c\n1,2,0.5\n3,4,0.5\n",
        "too-many-texts.csv": b"a,b\n" + b"".join(b"%d,t%d\n" % (row, row) for row in range(101)),
    }
    return values | targets | rest


def _encodings() -> dict[str, bytes]:
    return {
        "damaged-utf-8.csv": "größe,b,c\n1,2,ü\n".encode() + b"3,4,\xfc\n",
        "mark-and-no-utf-8.csv": b"\xef\xbb\xbfa,b,c\n1,2,\xfc\n",
        "utf-16-cut.csv": "größe,b,c\n1,2,0\n3,4,1\n".encode("utf-16")[:-1],
        "latin-1-late.csv": _MANY + "ü,1,1\n".encode("latin1"),
        "cut-in-a-letter.csv": _GOOD + "1,2,ü".encode()[:-1],
        "surrogate.csv": b"a,b,c\n1,2,\xed\xa0\x80\n",
        "nul.csv": _GOOD + b"1,\0,1\n",
        "zeros.csv": bytes(100_000),
        "garbage.csv": np.random.default_rng(0).bytes(50_000),
        "png.csv": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "pickle.csv": b"\x80\x04\x95\x10\0\0\0\0\0\0\0",
        "control.csv": bytes(range(1, 32)) * 10,
        "html.csv": b"<!DOCTYPE html>\n<html><body>404 Not Found, sorry</body></html>\n",
    }


def _compressed() -> dict[str, bytes]:
    whole = gzipped(_MANY)
    return {
        "cut.csv.gz": whole[: len(whole) // 2],
        "cut-in-the-header.csv.gz": whole[:5],
        "cut-before-the-check.csv.gz": whole[:-4],
        "wrong-check.csv.gz": whole[:-8] + b"\1\2\3\4" + whole[-4:],
        "damaged.csv.gz": whole[:40] + bytes(20) + whole[60:],
        "unknown-method.csv.gz": whole[:2] + b"\x07" + whole[3:],
        "rubbish-behind.csv.gz": whole + b"rubbish",
        "empty-inside.csv.gz": gzipped(b""),
        "twice.csv.gz": gzipped(whole),
        "bomb-of-zeros.csv.gz": gzipped(bytes(2**20)) * 300,
        "bomb-of-letters.csv.gz": gzipped(b"a" * 2**20) * 300,
        "bomb-of-text.csv.gz": gzipped((b"0." + b"1" * 400 + b",1\n") * 2000) * 200,
        "bomb-of-lines.csv.gz": gzipped(b"\n" * 2**20) * 300,
    }


def _archives() -> dict[str, bytes]:
    whole = npz(X=_X, y=_Y)
    member = archive({"X.npy": npy(_header("'<f8'", "(10, 2)"), _X.tobytes()), "y.npy": b""})
    return {
        "empty.npz": b"",
        "text.npz": _GOOD,
        "cut.npz": whole[: len(whole) // 2],
        "cut-at-the-end.npz": whole[:-1],
        "start-only.npz": whole[:4],
        "end-only.npz": b"PK\5\6" + bytes(18),
        "end-cut.npz": b"PK\5\6" + bytes(7),
        "damaged.npz": whole[:60] + b"\xff" * 16 + whole[76:],
        "damaged-check.npz": whole.replace(whole[14:18], b"\1\2\3\4"),
        "empty-member.npz": member,
        "no-y.npz": npz(X=_X),
        "no-X.npz": npz(x=_X, y=_Y),
        "unnamed.npz": npz(arr_0=_X, arr_1=_Y),
        "workbook.csv": archive({"[Content_Types].xml": b"<xml/>", "xl/workbook.xml": b"<xml/>"}),
        "single.npy": npy(_header("'<f8'", "(10, 2)"), _X.tobytes()),
        "too-many-members.npz": archive({f"{number}.npy": b"" for number in range(1500)}),
        "many-members-hidden.npz": _with_count(archive({f"{number}.npy": b"" for number in range(1500)}), 2),
    }


_BOMBS: Mapping[str, Callable[[], bytes]] = {
    "bomb.npz": lambda: archive({"X.npy": bytes(257 * 2**20), "y.npy": b""}),
    "bomb-of-values.npz": lambda: npz(X=np.zeros((1_000_000, 61), np.int8), y=_Y),
    "bomb-in-the-header.npz": lambda: archive({"X.npy": b"\x93NUMPY\2\0\0\0\0\x08" + bytes(2**27), "y.npy": b""}),
}


def _with_count(content: bytes, count: int) -> bytes:
    """An archive that claims to have fewer members than it has."""
    return content[:-14] + struct.pack("<HH", count, count) + content[-10:]


def _headers() -> dict[str, bytes]:
    data = _X.tobytes()
    headers = {
        "huge-shape": _header("'<f8'", "(10000000, 10000000)"),
        "overflowing-shape": _header("'<f8'", "(4611686018427387905, 4)"),
        "endless-shape": _header("'<f8'", "(1" + "0" * 4000 + ", 2)"),
        "negative-shape": _header("'<f8'", "(-10, -2)"),
        "broken-shape": _header("'<f8'", "(2.5, 4)"),
        "no-shape": "{'descr': '<f8', 'fortran_order': False}",
        "unknown-dtype": _header("'<q9z'", "(10, 2)"),
        "list-dtype": _header("[['a']]", "(10, 2)"),
        "not-a-dictionary": "[1, 2, 3]",
        "not-python": "{'descr': ",
        "nested": "(" * 3000,
        "code": "__import__('os').system('true')",
        "empty-header": "",
        "too-much-promised": _header("'<f8'", "(11, 2)"),
        "too-little-promised": _header("'<f8'", "(9, 2)"),
        "empty-texts": _header("'<U0'", "(10, 2)"),
    }
    good = npy(_header("'<i8'", "(10,)"), _Y.astype("<i8").tobytes())
    files = {
        f"header-{name}.npz": archive({"X.npy": npy(header, data), "y.npy": good}) for name, header in headers.items()
    }
    for name, content in (("version", npy("{}", version=b"\7\0")), ("magic", b"\x93NUMPZ" + data), ("nothing", b"")):
        files[f"header-{name}.npz"] = archive({"X.npy": content, "y.npy": good})
    bad_text = npy(_header("'<U1'", "(10,)"), b"\xff\xff\xff\x7f" * 10)
    files["header-no-letters.npz"] = archive({"X.npy": npy(_header("'<f8'", "(10, 2)"), data), "y.npy": bad_text})
    return files


def _arrays() -> dict[str, bytes]:
    large = _X.copy()
    large[4, 0] = 1e200
    arrays: dict[str, tuple[object, object]] = {
        "objects": (np.array([[1, "a"], [2, None]], dtype=object), _Y),
        "object-y": (_X, np.array([None] * 10)),
        "complex": (_X + 1j, _Y),
        "texts": (_X.astype(str), _Y),
        "bytes": (_X, _Y.astype("S1")),
        "dates": (_X.astype("datetime64[D]"), _Y),
        "structured": (np.zeros(10, dtype=[("a", "f8"), ("b", "i4")]), _Y),
        "vector": (_X[:, 0], _Y),
        "cube": (_X, _Y.reshape(5, 2, 1)),
        "colours": (_X.reshape(5, 2, 2, 1), _Y[:5]),
        "number": (np.float64(3), _Y),
        "no-rows": (_X[:0], _Y[:0]),
        "no-columns": (_X[:, :0], _Y),
        "lengths": (_X, _Y[:9]),
        "large": (large, _Y),
        "long-double": (_X.astype(np.longdouble) * np.longdouble(10) ** 400, _Y),
        "one-class": (_X, np.zeros(10)),
        "one-text": (_X, np.array(["a"] * 10)),
        "one-target-left": (_X, np.where(_Y, np.nan, 1.5)),
        "empty-class": (_X, np.eye(3)[_Y]),
        "many-outputs": (_X, np.random.default_rng(0).normal(size=(10, 101))),
        "text-columns": (_X, np.array([["a", "b"]] * 10)),
        "too-many-columns": (np.random.default_rng(0).normal(size=(2, 5000)), _Y[:2]),
    }
    return {f"array-{name}.npz": npz(X=X, y=y) for name, (X, y) in arrays.items()}
