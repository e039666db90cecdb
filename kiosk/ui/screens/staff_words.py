"""How the station is, in the words that the staff menu and the page about the station share."""

from __future__ import annotations

from kiosk.desk.views import ShutOut, Status
from kiosk.ui.theme import ATTENTION_MOOD, GOOD_MOOD, STOP_MOOD
from kiosk.ui.tr import Translator
from kiosk.ui.widgets.state import State

_DAY_HOURS = 24
_OLD_HOURS = 48


def name_of_device(tr: Translator, name: str) -> str:
    """Return what people call a device; one nobody has named yet has the name it came with."""
    return tr(f"staff.{name}") if tr.has(f"staff.{name}") else name


def state_of_feed(tr: Translator, hours: int, version: int) -> State:
    """Return how old the library's list is, and its number; `version` is 0 before the first."""
    name = tr("staff.feed")
    if not version:
        return State(name, tr("staff.never"), ATTENTION_MOOD)
    if hours <= 0:
        return State(name, tr("staff.fresh"), GOOD_MOOD, f"{version}")
    age = tr("staff.hours", n=hours) if hours < 2 * _DAY_HOURS else tr("staff.days", n=hours // _DAY_HOURS)
    return State(name, age, GOOD_MOOD if hours < _OLD_HOURS else ATTENTION_MOOD, f"{version}")


def states_that_stop(tr: Translator, status: Status) -> list[State]:
    """Return why the library takes nothing from this station, and what to do then; nothing where all is well."""
    if status.shut_out is ShutOut.NO:
        return []
    way_on = "staff.ask_library" if status.shut_out is ShutOut.FORKED else "staff.new_code"
    return [State(tr(f"staff.{status.shut_out}"), tr(way_on), STOP_MOOD)]
