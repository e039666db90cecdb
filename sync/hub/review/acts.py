"""What staff did that no case, hold or tag keeps a trail of: with stations from afar, and with their own password."""

from __future__ import annotations

from sync.hub.database import writing
from sync.hub.review.models import StaffEvent
from sync.hub.review.when import day_and_time
from sync.hub.review.words import say

COMMAND_LINE = "command line"
"""Who did what a command did: whoever may run it has no name at the hub."""
CODE = "code"
REVOKED = "revoked"
PASSWORD = "password"  # noqa: S105 - what was changed, not what it is now
STAFF = "staff"
NEW_PASSWORD = "new_password"  # noqa: S105 - the same
STAFF_OUT = "staff_out"
_WITH_STATIONS = (CODE, REVOKED, "push", "fetch", "roll")
_SHOWN = 20


def note(what: str, who: str, now_ms: int, about: str = "") -> None:
    """Keep that `who` did this: with the station, or to the person, named by `about`. What is undone around it undoes
    this too.
    """
    with writing():
        StaffEvent.objects.create(what=what, who=who, at_ms=now_ms, about=about)


def done_with(station: str, now_ms: int, language: str) -> list[str]:
    """Return what was done with a station from here, in words, the newest first."""
    events = StaffEvent.objects.filter(about=station, what__in=_WITH_STATIONS).order_by("-pk")[:_SHOWN]
    return [
        f"{say(language, f'fleet.act.{event.what}')} \u00b7 {event.who} \u00b7 "
        f"{day_and_time(event.at_ms, now_ms, language)}"
        for event in events
    ]


def password_changed_ms(who: str) -> int | None:
    """Return when this person changed their password last, None if never."""
    changes = StaffEvent.objects.filter(what=PASSWORD, who=who).order_by("-pk")
    return changes.values_list("at_ms", flat=True).first()
