"""When a frame may be sent, on a clock of our own."""

from __future__ import annotations

from tuinet.tui.terminal.link import DOUBT, PATIENCE, QUESTION, UNANSWERED, UNKNOWN, Link, StatusNotes, line_figures


def make_link(fps: float = 20.0) -> tuple[list[float], Link]:
    now = [100.0]
    return now, Link(fps, now=lambda: now[0])


def test_one_frame_at_a_time_and_none_before_its_answer() -> None:
    now, link = make_link()
    assert link.is_free()
    assert link.sent() == QUESTION
    now[0] += 1.0
    assert not link.is_free()
    assert link.answered() == ""
    assert link.is_free()
    assert link.round_trip == 1.0


def test_a_burst_of_updates_has_one_question_under_way_and_one_after_it() -> None:
    now, link = make_link()
    assert [link.sent() for _ in range(3)] == [QUESTION, "", ""]
    now[0] += 0.1
    assert link.answered() == QUESTION
    now[0] += 0.1
    assert not link.is_free()
    assert link.answered() == ""
    assert link.is_free()


def test_what_comes_between_two_frames_puts_the_next_off() -> None:
    now, link = make_link(fps=20)
    link.sent()
    link.answered()
    now[0] += 0.02
    assert not link.is_free()
    now[0] += 0.02
    assert link.is_free()


def test_who_waits_gets_a_frame_before_its_time_but_not_before_the_one_under_way() -> None:
    now, link = make_link(fps=20)
    link.sent()
    now[0] += 0.002
    assert not link.is_free(at_once=True)
    link.answered()
    assert not link.is_free()
    assert link.is_free(at_once=True)


def test_a_long_line_gets_two_frames_and_a_thin_one_with_a_large_frame_does_not() -> None:
    for seconds, window in (([0.3] * 6, 2), ([2.0, 0.03, 2.0, 2.0, 2.0], 1), ([4.0], 1)):
        now, link = make_link()
        for each in seconds:
            link.sent()
            now[0] += each
            link.answered()
        assert link.window == window


def test_a_terminal_without_answers_gets_few_frames_until_it_answers() -> None:
    now, link = make_link()
    link.sent()
    now[0] += DOUBT - 0.01
    assert not link.is_free()
    now[0] += 0.02
    assert link.is_free()
    assert not link.answers
    assert line_figures(link) == "0 frames/s · the terminal does not answer"
    link.sent()
    now[0] += UNANSWERED / 2
    assert not link.is_free()
    now[0] += UNANSWERED / 2
    assert link.is_free()
    link.answered()
    assert link.answers


def test_a_terminal_whose_first_answer_is_late_is_not_flooded_meanwhile() -> None:
    now, link = make_link()
    assert link.sent(3 * UNKNOWN) == QUESTION
    now[0] += 2.99
    assert not link.is_free()
    now[0] += 0.02
    assert link.is_free()
    assert link.sent(UNKNOWN) == ""  # the first question still stands
    now[0] += 0.99
    assert not link.is_free()
    assert link.answered() == QUESTION
    now[0] += 0.02
    assert link.answers
    assert not link.is_free()
    link.answered()
    assert link.is_free()


def test_a_terminal_without_answers_is_asked_again_now_and_then() -> None:
    now, link = make_link()
    questions = 0
    for _ in range(300):
        now[0] += UNANSWERED
        if link.is_free():
            questions += link.sent() == QUESTION
    assert 4 <= questions <= 300 * UNANSWERED / PATIENCE + 1
    assert not link.answers


def test_a_lost_answer_costs_patience_once() -> None:
    now, link = make_link()
    link.sent()
    link.answered()
    link.sent()
    now[0] += PATIENCE + 0.01
    assert link.is_free()
    assert link.answers
    link.sent()
    link.forget()
    now[0] += 1.0
    assert link.is_free()


def test_figures_and_greeting() -> None:
    now, link = make_link()
    for _ in range(40):
        link.sent()
        now[0] += 0.05
        link.answered()
    status_note = StatusNotes("hello", link)
    assert status_note.greeting == "hello"
    assert status_note.words() == "20 frames/s · round trip 50 ms"
    assert StatusNotes().words() == ""


def test_a_line_is_quick_where_the_quickest_of_the_latest_answers_came_soon() -> None:
    now, link = make_link()
    assert not link.is_quick
    for seconds, is_quick in ((0.2, False), (0.004, True), (0.3, True)):
        link.sent()
        now[0] += seconds
        link.answered()
        assert link.is_quick == is_quick
    for _ in range(20):
        link.sent()
        now[0] += 0.05
        link.answered()
    assert not link.is_quick
