"""A teacher's state as a message, without what the follower knows already; and the follower's session taken there.

The present alone travels, not its past: what decides how the run goes on, and the losses up to now. While the teacher
trains, gradients and updates stay away, which the next step makes anew. Data travel where no name stands for them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tuinet.classroom.messages import DIGEST_DIGITS, MALFORMED, Going, MessageError, State, WantState
from tuinet.data.dataset import Dataset
from tuinet.data.generators import is_known
from tuinet.data.recipe import DataSpec
from tuinet.errors import TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.replay.recording import ArrayReader
from tuinet.replay.recording_file import dataset_record, in_arithmetic, read_dataset, read_spec
from tuinet.session import build
from tuinet.session.build import DatasetCache, data_spec
from tuinet.session.run import Run
from tuinet.session.session import Session
from tuinet.session.timeline import Checkpoint, SavedSession, digest_of, generator_state
from tuinet.storage.records import checked, pack, unpack, whole

AnyArray = NDArray[Any]
_LATER: Final = ("grads", "updates")
"""Arrays that the next step makes anew."""
_HISTORY: Final = ("history_losses", "history_grad_norms")
_SAMPLES: Final = "samples"
_UNSIGNED: Final = ("u1", "u2", "u4", "i8")


class ForgottenError(MessageError):
    """A state relies on what the follower does not know any more: it has to ask for all of it."""


@dataclass(frozen=True, eq=False)
class Copy:
    """A copy of the teacher's present, which nothing changes any more."""

    checkpoint: Checkpoint
    digest: str
    """Of its parameters and samples, see `digest_of`."""
    serial: int
    """By which a follower names the digest."""
    going: Going
    dataset: Dataset | None
    """The data without points of one's own, where no name stands for them."""

    @classmethod
    def of(cls, run: Run, serial: int, going: Going) -> Copy:
        """The present of a run; what an Experiment's file of weights was is in the parameters."""
        checkpoint, base = run.checkpoint(), None
        experiment = without_files(checkpoint.experiment)
        if not is_known(experiment.dataset):
            base = run.datasets.base(experiment)
        digest = digest_of(run.parameters.vector, run.dataset.digest)
        return cls(checkpoint._replace(experiment=experiment), digest, serial, going, base)


def without_files(experiment: Experiment) -> Experiment:
    """An Experiment whose weights come from no file: a follower must never be made to open one."""
    return replace(experiment, weights="") if experiment.weights else experiment


@lru_cache(maxsize=8)
def experiment_digest(experiment: Experiment) -> str:
    """By which a follower says which Experiment it knows."""
    return _digest(json.dumps(experiment.to_dict(), sort_keys=True).encode())


def data_digest(spec: DataSpec, dataset: Dataset) -> str:
    """By which a follower says which data it has been sent."""
    return _digest(f"{spec!r} {dataset.digest}".encode())


def _digest(*parts: bytes) -> str:
    made = hashlib.blake2b(digest_size=DIGEST_DIGITS // 2)
    for part in parts:
        made.update(part)
    return made.hexdigest()


def known_by(session: Session, data: str) -> WantState:
    """What a session knows, as a follower says it when it asks for a state."""
    history = session.run.history.state()
    stride, points = int(history["stride"]), len(history["losses"])
    return WantState(experiment_digest(session.run.experiment), data, stride, points)


def state_message(copy: Copy, known: WantState) -> State:
    """A copy as a message to a follower who knows so much.

    Raises
    ------
    MessageError
        If the data are too large to be sent.
    """
    checkpoint = copy.checkpoint
    table, arrays = pack([checkpoint], "")
    is_light = copy.going.running and not checkpoint.phases
    header: dict[str, Any] = {
        "serial": copy.serial,
        "digest": copy.digest,
        "light": is_light,
        "data": None,
        "first": _shorten(arrays, known),
        "history": _history_digest(checkpoint.history),
        "table": table,
    }
    if known.experiment == experiment_digest(checkpoint.experiment):
        table["experiment"] = None
    (row,) = table["states"]
    begun = _generators_at_start(checkpoint.experiment)
    row["generators"] = {name: None if state == begun[name] else state for name, state in row["generators"].items()}
    if is_light:
        for name in _LATER:
            del arrays[name]
    arrays["order"] = _small(arrays["order"])
    if copy.dataset is not None:
        header["data"] = _data_record(copy, known, arrays)
    header["arrays"] = [[name, array.dtype.str[1:], list(array.shape)] for name, array in arrays.items()]
    return State(header, b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values()))


@lru_cache(maxsize=8)
def _generators_at_start(experiment: Experiment) -> dict[str, dict[str, Any]]:
    """The generators' states before the first draw, which need not travel."""
    makers = {"shuffles": build.shuffle_generator, "dropout": build.dropout_generator}
    return {name: generator_state(make(experiment)) for name, make in makers.items()}


def _shorten(arrays: dict[str, AnyArray], known: WantState) -> int:
    """Leave the first points of the losses away, which are known; how many these are."""
    stride, points = int(arrays["history_stride"][0]), len(arrays["history_losses"])
    if known.stride < 1 or stride % known.stride:
        return 0
    first = min(points, -(-known.points // (stride // known.stride)))
    for name in _HISTORY:
        arrays[name] = arrays[name][first:]
    return first


def _small(order: AnyArray) -> AnyArray:
    """An order of samples in as few bytes as hold it; one that is no other than theirs in none."""
    if np.array_equal(order[0], np.arange(order.shape[1])):
        return order[:, :0].astype("u1")
    kind = next(kind for kind in _UNSIGNED if order.max(initial=0) <= np.iinfo(kind).max)
    return order.astype(kind)


def _data_record(copy: Copy, known: WantState, arrays: dict[str, AnyArray]) -> dict[str, Any]:
    assert copy.dataset is not None
    spec, numbers = data_spec(copy.checkpoint.experiment), list[AnyArray]()
    record: dict[str, Any] = {"spec": spec.to_dict(), "samples": None}
    if known.data != data_digest(spec, copy.dataset):
        record["samples"] = dataset_record(copy.dataset, numbers)
        if record["samples"] is None:
            raise MessageError(f"the data of {copy.dataset.name} are too large to be shown to a class")
        arrays[_SAMPLES] = np.concatenate([array.reshape(-1) for array in numbers], dtype=np.float64)
    return record


def _history_digest(history: Mapping[str, AnyArray]) -> str:
    return _digest(*(np.ascontiguousarray(history[name]).tobytes() for name in ("stride", "losses", "grad_norms")))


@dataclass(frozen=True)
class Arrival:
    """What a follower learns from a state, besides the state."""

    serial: int
    digest: str
    is_light: bool
    """Whether gradients and updates are not known before the next step."""
    data: str
    """Digest of the data that were sent, now or earlier; empty where a name stands for them."""


def go_there(session: Session, state: State) -> Arrival:
    """Take a follower's session to a state; its past begins there.

    Raises
    ------
    ForgottenError
        If the state relies on what the session does not know.
    TuinetError
        If it cannot be used.
    """
    try:
        header = state.header
        arrays = _arrays(header["arrays"], state.arrays)
        arrival, checkpoint = _checkpoint(header, arrays, session)
    except MALFORMED as error:
        raise MessageError(f"a state that is none: {' '.join(str(error).split())[:80]}") from error
    start = checkpoint._replace(phases=0, edits=())
    if session.question is not None and checkpoint.data_digest != session.run.dataset.digest:
        session.question = None
    session.restore(SavedSession(start, question=session.question))
    for phase in range(checkpoint.phases + 1):
        for edit in checkpoint.edits:
            if edit.position.phase == phase:
                session.edit(edit.command)
        if phase < checkpoint.phases:
            session.step("phase")
    if digest_of(session.run.parameters.vector, session.run.dataset.digest) != arrival.digest:
        raise MessageError("a state whose parameters are others than it says")
    return arrival


def _arrays(rows: Any, data: bytes) -> dict[str, AnyArray]:
    """The arrays that lie one behind the other."""
    arrays: dict[str, AnyArray] = {}
    begin = 0
    for name, kind, shape in rows:
        dtype = np.dtype({"f4": "<f4", "f8": "<f8", "u1": "u1", "u2": "<u2", "u4": "<u4", "i8": "<i8"}[kind])
        sizes = [whole(size) for size in shape]
        count = int(np.prod(sizes, dtype=object))
        end = begin + count * dtype.itemsize
        if end > len(data):
            raise ValueError("its arrays are not whole")
        arrays[checked(name, str)] = np.frombuffer(data, dtype, count, begin).reshape(sizes)
        begin = end
    if begin != len(data):
        raise ValueError("there is more in it than its arrays")
    return arrays


def _checkpoint(header: Mapping[str, Any], arrays: dict[str, AnyArray], session: Session) -> tuple[Arrival, Checkpoint]:
    table = dict(header["table"])
    known, told = session.run.experiment, table["experiment"]
    experiment = known if told is None else without_files(Experiment.from_dict(told))
    table["experiment"] = experiment.to_dict()
    begun, (row,) = _generators_at_start(experiment), table["states"]
    generators = {name: begun[name] if state is None else state for name, state in row["generators"].items()}
    table["states"] = [{**row, "generators": generators}]
    data = _accept_data(header["data"], arrays, experiment, session.run.datasets)
    is_light = checked(header["light"], bool)
    if is_light:
        for name in _LATER:
            arrays[name] = np.zeros_like(arrays["parameters"])
    if not arrays["order"].size:
        samples = len(session.run.datasets.get(experiment).X)
        arrays["order"] = np.arange(samples)[None]
    arrays["order"] = arrays["order"].astype(np.intp)
    _lengthen(arrays, whole(header["first"]), session)

    def read(name: str, kinds: str) -> AnyArray:
        array = arrays[name]
        if array.dtype.kind not in kinds:
            raise ValueError(f"{name} is of {array.dtype}")
        return array

    table["histories"] = {name: [len(arrays[f"history_{name}"])] for name in table["histories"]}
    (checkpoint,) = unpack(table, "", read)
    if _history_digest({**checkpoint.history, "stride": checkpoint.history["stride"].reshape(())}) != header["history"]:
        raise ForgottenError("the losses so far are others")
    checkpoint = checkpoint._replace(experiment=experiment, grads_are_stale=is_light or checkpoint.grads_are_stale)
    arrival = Arrival(whole(header["serial"]), checked(header["digest"], str), is_light, data)
    return arrival, checkpoint


def _accept_data(record: Any, arrays: Mapping[str, AnyArray], experiment: Experiment, datasets: DatasetCache) -> str:
    """Take data that were sent; their digest."""
    if record is None:
        return ""
    spec = read_spec(record["spec"])
    if spec != data_spec(experiment) or is_known(spec.dataset):
        raise ValueError("the data are not those of its Experiment")
    if record["samples"] is not None:
        reader = ArrayReader(_SAMPLES, arrays[_SAMPLES], "f8")
        datasets.put(spec, in_arithmetic(spec, read_dataset(record["samples"], reader)))
        reader.require_end()
    try:
        return data_digest(spec, datasets.base(experiment))
    except TuinetError as error:
        raise ForgottenError("its data are not known") from error


def _lengthen(arrays: dict[str, AnyArray], first: int, session: Session) -> None:
    """Put the points of the losses before those that were sent, of which so many are known."""
    if not first:
        return
    own, stride = session.run.history.state(), int(arrays["history_stride"].item())
    factor, rest = divmod(stride, int(own["stride"]))
    for name, known in zip(_HISTORY, (own["losses"], own["grad_norms"]), strict=True):
        kept = known[:: max(factor, 1)][:first]
        if rest or len(kept) != first or kept.shape[1:] != arrays[name].shape[1:]:
            raise ForgottenError("the losses so far are not known")
        arrays[name] = np.concatenate([kept, arrays[name]])
