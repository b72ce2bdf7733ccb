"""What a session, or a course, is shared as."""

from __future__ import annotations

from tuinet.share.shared import USUAL_SPEED, Shared
from tuinet.training.course import Course
from tuinet.training.session import Session
from tuinet.training.timeline import START


def share_session(session: Session, speed: float | None = USUAL_SPEED) -> Shared:
    """A session at the moment it is at.

    Raises
    ------
    ShareError
        If no line can lead there.
    """
    return share_course(session.course(), session.source, speed)


def share_course(course: Course, source: str, speed: float | None = USUAL_SPEED) -> Shared:
    """A course; its file is named only where its past begins there."""
    return Shared(course, speed, load=source if course.origin > START else "")
