"""From a step of the staff's own work to the view that shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kiosk.desk.catalogue import Known
from kiosk.desk.facts import DeskFacts, local_time
from kiosk.desk.machine import Machine
from kiosk.desk.views import ThingFace, View
from kiosk.desk.views_staff import (
    CountDoneView,
    CountView,
    MoveView,
    NoteView,
    RegisteredView,
    RegisterState,
    RegisterView,
    StaffTasksView,
    StationStateView,
    ThingOffer,
    TryReadersView,
)
from kiosk.store.station_store import StationStore
from lending.nouns import Item
from lending.visit import (
    CountDone,
    CountShelf,
    MoveItem,
    Registered,
    RegisterItem,
    StaffMenu,
    StaffTasks,
    StationState,
    TryReaders,
    Visit,
    WriteNote,
)
from lending.visit.staff_work import stands_here, waits_for_library

Face = Callable[[Item | None], ThingFace]

MOST_A_PAGE = 40
"""Things to choose from that a page of any window holds at most."""


@dataclass(frozen=True, slots=True)
class Backstage:
    """What only the desk knows of the station."""

    machine: Machine = field(default_factory=Machine)
    faults: int = 0
    hub_off_ms: int | None = None


def staff_view(
    visit: Visit, facts: DeskFacts, store: StationStore, backstage: Backstage, face: Face, common: dict[str, Any]
) -> View | None:
    """Return the view of a step of the staff's own work; None for any other step."""
    match visit.step:
        case StaffTasks():
            counted = len(visit.home.counted) if isinstance(visit.home, StaffMenu) else 0
            return StaffTasksView(**common, left=len(store.left_here()), counted=counted)
        case StationState():
            return _state_view(facts, store, backstage, common)
        case TryReaders(seen, times):
            return TryReadersView(**common, seen=seen, times=times)
        case CountShelf(found):
            return _count_view(found, facts, face, common)
        case CountDone(found=found, missing=missing):
            return CountDoneView(**common, found=found, missing=tuple(face(facts.item(code)) for code in missing))
        case RegisterItem() as step:
            return _register_view(step, facts, face, common)
        case Registered(thing=thing):
            return RegisteredView(**common, thing=face(store.item_of_thing(thing)))
        case MoveItem(item, moved, unknown):
            thing_face = face(facts.item(item)) if item is not None else None
            here = item is not None and stands_here(item, facts)
            return MoveView(**common, thing=thing_face, here=here, moved=moved, unknown=unknown)
        case WriteNote(saved):
            return NoteView(**common, saved=saved)
    return None


def _state_view(
    facts: DeskFacts, store: StationStore, backstage: Backstage, common: dict[str, Any]
) -> StationStateView:
    now = local_time(facts.at.wall_ms, facts.rules.time_zone)
    heard, oldest = store.hub_wall_ms, store.oldest_waiting_ms()
    place = store.place
    return StationStateView(
        **common,
        machine=backstage.machine,
        now=now,
        last_contact=local_time(heard, facts.rules.time_zone) if heard else None,
        oldest=_local(oldest, facts),
        feed_version=store.feed_version,
        hub_off_ms=backstage.hub_off_ms,
        up_ms=facts.up_ms,
        faults=backstage.faults,
        code=f"{backstage.machine.software} · {place.epoch}/{place.seq} · {place.station}",
    )


def _local(wall_ms: int | None, facts: DeskFacts) -> datetime | None:
    return None if wall_ms is None else local_time(wall_ms, facts.rules.time_zone)


def _count_view(found: tuple[str, ...], facts: DeskFacts, face: Face, common: dict[str, Any]) -> CountView:
    seen = set(found)
    expected = facts.expected_here()
    missing = tuple(face(facts.item(code)) for code in expected if code not in seen)
    known = [facts.item(code) for code in reversed(found)]
    faces = tuple(face(item) if item is not None else None for item in known)
    return CountView(**common, found=faces, expected=len(expected), missing=missing)


def _register_view(step: RegisterItem, facts: DeskFacts, face: Face, common: dict[str, Any]) -> RegisterView:
    code = step.code
    if code is None:
        return RegisterView(**common)
    item = facts.item(code)
    if item is not None:
        return RegisterView(**common, state=RegisterState.KNOWN, thing=face(item))
    if waits_for_library(code, facts):
        return RegisterView(**common, state=RegisterState.WAITS)
    catalogue = facts.catalogue
    if step.words:
        hits = [catalogue.known(hit.thing) for hit in catalogue.find(step.words)]
        found = _offers([known for known in hits if known is not None], facts, face)
        return RegisterView(**common, state=RegisterState.CHOOSE, things=found, count=len(found), words=step.words)
    every = catalogue.by_name()
    at = min(step.first, max(0, len(every) - 1))
    begins = max(0, at - MOST_A_PAGE)
    things = _offers(every[begins : at + 2 * MOST_A_PAGE], facts, face)
    return RegisterView(**common, state=RegisterState.CHOOSE, things=things, begins=begins, at=at, count=len(every))


def _offers(those: Sequence[Known], facts: DeskFacts, face: Face) -> tuple[ThingOffer, ...]:
    """Return the things as they are offered; without those a newer feed does not have any more."""
    copies = ((known.thing, facts.item(known.codes[0])) for known in those)
    return tuple(ThingOffer(thing, face(item)) for thing, item in copies if item is not None)


def ago(now: datetime, seconds: float) -> datetime:
    """Return the local time so many seconds ago."""
    return now - timedelta(seconds=seconds)
