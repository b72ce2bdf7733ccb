from __future__ import annotations

import hashlib
from collections import Counter

from tuinet.exercises.draws import Draws


def test_bits_are_those_that_others_have_published_for_the_generator() -> None:
    draws = Draws("")
    # The vector of the reference implementation, begun at 1234567.
    draws._state = 1234567
    assert [draws.bits() for _ in range(5)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_a_stream_begins_with_the_digest_of_its_seed() -> None:
    draws = Draws("a seed")
    draws._state = int.from_bytes(hashlib.sha256(b"a seed").digest()[:8], "little")
    other = Draws("a seed")
    assert [draws.bits() for _ in range(3)] == [other.bits() for _ in range(3)]


def test_numbers_are_within_their_bounds_and_about_equally_likely() -> None:
    draws = Draws("dice")
    counts = Counter(draws.below(6) for _ in range(6000))
    assert sorted(counts) == list(range(6))
    assert all(880 < count < 1120 for count in counts.values())


def test_some_of_several_are_different_ones() -> None:
    draws = Draws("cards")
    hands = [draws.some_of("abcdef", 4) for _ in range(50)]
    assert all(len(set(hand)) == 4 for hand in hands)
    assert len({tuple(hand) for hand in hands}) > 40
    signed = draws.signed((0.5, 1.0), 2)
    assert sorted(map(abs, signed)) == [0.5, 1.0]


def test_the_same_seed_gives_the_same_and_another_one_others() -> None:
    assert [Draws("x").below(100) for _ in range(2)] == [Draws("x").below(100)] * 2
    assert [Draws(f"{seed}").bits() for seed in range(9)] != [Draws("0").bits()] * 9
