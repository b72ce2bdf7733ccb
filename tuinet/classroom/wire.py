"""How messages travel: four bytes of length, a letter, and a JSON object, with the bytes of a state behind it.

The letter is ``j`` for what is plain and ``z`` for what zlib has compressed. Whatever arrives is bounded before it is
read.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Generic, TypeVar

from tuinet.classroom.messages import Message, MessageError, State, to_plain
from tuinet.experiment.experiment import Experiment
from tuinet.files import parse_json

MOST_OF_FOLLOWER: Final = 2**12
"""Bytes of a follower's message."""
MOST_OF_TEACHER: Final = 2**16
"""Bytes of a teacher's message that is no state."""
MOST_STATE: Final = 2**26
"""Bytes of a state, compressed or not."""
MOST_HEADER: Final = 2**20
"""Bytes of the JSON object of a state."""
_WORTH_COMPRESSING: Final = 2**18
"""Bytes beyond which a state is sent as it is: the digits of weights can hardly be compressed."""
_LENGTH: Final = struct.Struct(">I")
_PLAIN, _COMPRESSED, _END = b"j", b"z", b"\n"


def _words_of_states() -> bytes:
    """What nearly every state says in the same words, so that zlib need not send it."""
    state = (
        '{"m":"State","header":{"serial":0,"digest":"","light":true,"data":null,"first":128,"history":"","table":'
        '{"experiment":null,"data_digest":"","slots":["velocity","m","v"],"histories":{"stride":[1],"losses":[128],'
        '"grad_norms":[128]},"states":[{"step_count":0,"phases":0,"edits":[],"generators":{"shuffles":null,"dropout":'
        '{"bit_generator":"PCG64","state":{"state":0,"inc":0},"has_uint32":0,"uinteger":0}},"epoch_start":[0,0],'
        '"grads_are_stale":false,"changed_at":[0,0]}]},"arrays":[["parameters","f8",[1,9]],["grads","f8",[1,9]],'
        '["updates","f8",[1,9]],["order","u1",[1,0]],["slot_velocity","f8",[1,9]],["history_stride","f8",[1]],'
        '["history_losses","f8",[4,2]],["history_grad_norms","f8",[4,2]]]}}'
    )
    return (_json(Experiment().to_dict()) + state).encode()


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


_WORDS: Final = _words_of_states()

Read = TypeVar("Read")


def encoded(message: Message) -> bytes:
    """A message as it travels."""
    text = _json(to_plain(message)).encode("utf-8", "replace")
    letter, body = _PLAIN, text
    if isinstance(message, State):
        body = text + _END + message.arrays
        if len(body) <= _WORTH_COMPRESSING:
            packer = zlib.compressobj(9, zdict=_WORDS)
            letter, body = _COMPRESSED, packer.compress(body) + packer.flush()
    return _LENGTH.pack(1 + len(body)) + letter + body


class Decoder(Generic[Read]):
    """Makes messages of the bytes that arrive.

    Parameters
    ----------
    read
        Makes a message of its JSON object and the bytes behind it; raises `MessageError`.
    most
        Bytes of a message.
    most_plain
        Bytes of one that is no state.
    """

    def __init__(
        self, read: Callable[[Mapping[str, Any], bytes], Read], most: int, most_plain: int | None = None
    ) -> None:
        self._read, self._most = read, most
        self._most_plain = most if most_plain is None else most_plain
        self._buffer = bytearray()

    def messages(self, data: bytes) -> Iterator[Read]:
        """All that is complete with these bytes.

        Raises
        ------
        MessageError
            If they cannot be messages; nothing can be read after that.
        """
        self._buffer += data
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if not 2 <= length <= self._most:
                raise MessageError(f"a message of {length:,} bytes")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            yield self._message(body)

    def _message(self, body: bytes) -> Read:
        content = _opened(body, self._most)
        text, has_more, arrays = content.partition(_END)
        if len(text) > (MOST_HEADER if has_more else self._most_plain):
            raise MessageError(f"a message of {len(text):,} bytes")
        try:
            record = parse_json(text.decode(), allows_nan=bool(has_more))
        except ValueError as error:
            raise MessageError(f"it is no JSON: {' '.join(str(error).split())[:80]}") from error
        if not isinstance(record, dict):
            raise MessageError("it is no JSON object")
        return self._read(record, arrays)


def _opened(body: bytes, most: int) -> bytes:
    """What is behind the letter, decompressed."""
    letter, rest = body[:1], body[1:]
    if letter == _PLAIN:
        return rest
    if letter != _COMPRESSED:
        raise MessageError("it begins with another letter than messages do")
    try:
        opener = zlib.decompressobj(zdict=_WORDS)
        content = opener.decompress(rest, most)
    except zlib.error as error:
        raise MessageError("it cannot be decompressed") from error
    if not opener.eof or opener.unused_data:
        raise MessageError("it is not whole, or too large")
    return content
