"""What staff do at the station: every page of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from kiosk.desk.machine import DeviceState, Machine
from kiosk.desk.views import ShutOut, Status, View
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
from kiosk.ui.gallery.common import (
    BARE,
    DRILL,
    KAYAK,
    LONG,
    NOW,
    PROJECTOR,
    SEWING,
    SHUT_OUT,
    SKIS,
    STATUS,
    TENT,
    UP_MS,
    time_left,
)
from lending.visit import Seen

_WELL = Machine(
    (DeviceState("card_reader", up=True, since=90_000, last_read=700), DeviceState("scanner", up=True, since=90_000)),
    disk_free=11_400_000_000, disk_total=29_000_000_000, journal_bytes=18_204_000, checked=40_000, software="1.4.2",
)  # fmt: skip
_ILL = replace(
    _WELL,
    devices=(
        DeviceState("card_reader", up=False, since=5_400, reason="the port is gone"),
        DeviceState("scanner", up=True, since=90_000, last_read=3_600),
    ),
    disk_free=900_000_000,
)
_CODE = "1.4.2 · 1/18204 · ls-0042"
_THINGS = (DRILL, TENT, SEWING, PROJECTOR, KAYAK, SKIS, LONG, BARE)


def staff_work() -> dict[str, View]:
    """Return the pages of the staff menu."""
    return _state() | _count() | _register() | _move_and_note()


def _common() -> dict[str, Any]:
    return {"countdown": time_left(), "has_card": True}


def _state() -> dict[str, View]:
    common = _common() | {"now": NOW, "up_ms": UP_MS * 400, "feed_version": 412, "code": _CODE}
    waits = Status("Bragernes", offline=True, queued=31, data_age_hours=80, reader_up=False, trouble="hub_down")
    full = replace(
        SHUT_OUT, returns_only=True, clock_synced=False, shut_out=ShutOut.FORKED, repaired="3 entries lost"
    )
    return {
        "staff-tasks": StaffTasksView(STATUS, **_common()),
        "staff-tasks-counting": StaffTasksView(STATUS, left=2, counted=14, **_common()),
        "state": StationStateView(
            STATUS, machine=_WELL, last_contact=NOW - timedelta(minutes=2), hub_off_ms=400, **common
        ),
        "state-trouble": StationStateView(
            waits, machine=_ILL, last_contact=NOW - timedelta(days=3), oldest=NOW - timedelta(days=3),
            hub_off_ms=-260_000, faults=3, **common,
        ),
        "state-worst": StationStateView(full, machine=replace(_ILL, devices=()), oldest=NOW, **common),
        "try": TryReadersView(STATUS, **_common()),
        "try-reader-down": TryReadersView(replace(STATUS, reader_up=False), **_common()),
        **{f"try-{seen}": TryReadersView(STATUS, seen=seen, times=2, **_common()) for seen in Seen},
    }  # fmt: skip


def _count() -> dict[str, View]:
    found = (DRILL, None, LONG, TENT, SKIS)
    return {
        "count": CountView(STATUS, found=found, expected=9, missing=(*_THINGS[2:5], BARE, LONG), **_common()),
        "count-start": CountView(STATUS, expected=8, missing=_THINGS, **_common()),
        "count-many": CountView(STATUS, found=_THINGS * 4, expected=60, missing=_THINGS * 4, **_common()),
        "count-all": CountView(STATUS, found=_THINGS, expected=8, **_common()),
        "count-done": CountDoneView(STATUS, found=8, **_common()),
        "count-done-lacks": CountDoneView(STATUS, found=31, missing=_THINGS * 2, **_common()),
    }


def _register() -> dict[str, View]:
    choose = RegisterState.CHOOSE
    many = tuple(ThingOffer(f"thing-{number}", face) for number, face in enumerate(_THINGS * 8))
    return {
        "register": RegisterView(STATUS, **_common()),
        "register-choose": RegisterView(STATUS, state=choose, things=many[:8], count=8, **_common()),
        "register-choose-many": RegisterView(STATUS, state=choose, things=many, count=64, **_common()),
        "register-known": RegisterView(STATUS, state=RegisterState.KNOWN, thing=LONG, **_common()),
        "register-waits": RegisterView(STATUS, state=RegisterState.WAITS, **_common()),
        "registered": RegisteredView(STATUS, thing=LONG, **_common()),
    }


def _move_and_note() -> dict[str, View]:
    return {
        "move": MoveView(STATUS, **_common()),
        "move-unknown": MoveView(STATUS, unknown=True, **_common()),
        "move-away": MoveView(STATUS, thing=LONG, here=True, **_common()),
        "move-here": MoveView(STATUS, thing=DRILL, **_common()),
        "moved-here": MoveView(STATUS, thing=DRILL, here=True, moved=True, **_common()),
        "moved-away": MoveView(STATUS, thing=LONG, moved=False, **_common()),
        "note": NoteView(STATUS, **_common()),
        "note-saved": NoteView(STATUS, saved=True, **_common()),
    }
