"""When an entry was really made: from a station's own clocks and what it has heard of the hub's, an interval of
possible times and one point in it to order by.

All of it is a function of one journal alone. Nothing here knows when anything arrived (invariant 5), so every hub
that holds the same entries comes to the same dates. Three kinds of knowledge, the better one first:

1. The boot has compared its clock with the hub's (`HubTime`): the time since that comparison tells the rest.
2. The clock said that it was set from the network, and no comparison contradicts it.
3. Neither: an entry lies after the one before it and before the one behind it, and that is all.

A **stretch** is a run of entries of one boot. Once a stretch has been compared, it and everything before it is
**settled**: no later entry changes those dates, so that a hub need not look at them again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lending.entries import Entry, HubTime, Loan, Renewal

EVER, FOREVER = -(2**53), 2**53
"""Bounds (Unix ms) that say nothing."""

CLOSE_MS = 1000
"""No clock is believed to be nearer to the truth than this; nobody lends the same thing twice in a second."""

DRIFT = 10_000
"""A clock without network loses or wins at most one part in so many: 100 ppm, 8.6 seconds a day."""


class Stamp(NamedTuple):
    """What an entry says of its time. `hub_ms`, `hub_up_ms` and `within_ms` are those of a `HubTime` entry."""

    boot: str
    up_ms: int
    wall_ms: int
    synced: bool
    hub_ms: int | None = None
    hub_up_ms: int = 0
    within_ms: int = 0


def stamp_of(entry: Entry) -> Stamp:
    """Return what `entry` says of its time."""
    at, body = entry.at, entry.body
    if isinstance(body, HubTime):
        return Stamp(at.boot, at.up_ms, at.wall_ms, at.synced, body.hub_ms, body.up_ms, abs(body.within_ms))
    return Stamp(at.boot, at.up_ms, at.wall_ms, at.synced)


class Dated(NamedTuple):
    """The interval [lo_ms, hi_ms] in which an entry was made (Unix ms), and where it stands in the one order."""

    lo_ms: int
    hi_ms: int
    order_ms: int


class Anchor(NamedTuple):
    """A moment of a boot whose true time is known: `mid_ms` plus or minus `within_ms`, at `up_ms` since boot."""

    up_ms: int
    mid_ms: int
    within_ms: int
    measured: bool

    def at(self, up_ms: int) -> tuple[int, int]:
        """Return the bounds of the moment `up_ms` of the same boot."""
        away = up_ms - self.up_ms
        half = max(CLOSE_MS, self.within_ms + -(-abs(away) // DRIFT))
        return _kept(self.mid_ms + away - half), _kept(self.mid_ms + away + half)


@dataclass(frozen=True, slots=True)
class Carry:
    """What the dated entries of a journal mean for those behind them.

    `floor_ms` is the lower bound of the last compared entry; `lo_ms` and `order_ms` are those of the last entry of
    all, `boot` and `up_ms` its boot and time in it, `anchor` the last known moment of that boot. `unsettled` says
    that a comparison will change dates before here, `loose` that a set clock will.
    """

    floor_ms: int = EVER
    lo_ms: int = EVER
    order_ms: int = EVER
    boot: str = ""
    up_ms: int = 0
    anchor: Anchor | None = None
    unsettled: bool = False
    loose: bool = False


START = Carry()


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of some entries. The first `settled` of them are final; `carry` is for those behind all of them,
    `settled_carry` for those behind the settled ones.
    """

    dated: tuple[Dated, ...]
    carry: Carry
    settled: int
    settled_carry: Carry


def disturbs(stamps: Sequence[Stamp], carry: Carry) -> bool:
    """Return whether entries with these stamps, which come next, may change dates before them."""
    if not carry.unsettled:
        return False
    return any(
        stamp.hub_ms is not None or (carry.loose and _believed(stamp, carry.floor_ms, FOREVER) is not None)
        for stamp in stamps
    )


def date_entries(stamps: Sequence[Stamp], carry: Carry = START) -> Dates:
    """Return the dates of a journal's entries, from where `carry` was left; from the start if it is not given.

    What lies before is not dated again: ask `disturbs` first.
    """
    dated: list[Dated] = []
    settled, settled_carry = 0, carry
    stretches = [list(some) for _, some in groupby(stamps, key=_boot)]
    first = 0
    while first < len(stretches):
        last = first
        if _measured(stretches[last], carry):
            some, carry = _date_measured(stretches[last], carry)
        else:
            while last + 1 < len(stretches) and not _measured(stretches[last + 1], START):
                last += 1
            ceiling = _ceiling(stretches[last + 1]) if last + 1 < len(stretches) else FOREVER
            some, carry = _date_unmeasured(stretches[first : last + 1], carry, ceiling)
        dated.extend(some)
        if not carry.unsettled:
            settled, settled_carry = len(dated), carry
        first = last + 1
    return Dates(tuple(dated), carry, settled, settled_carry)


def _boot(stamp: Stamp) -> str:
    return stamp.boot


def _kept(ms: int) -> int:
    return min(FOREVER, max(EVER, ms))


def _measured(stretch: Sequence[Stamp], carry: Carry) -> bool:
    """Return whether the clock of this stretch has been compared with the hub's."""
    before = carry.anchor if carry.boot == stretch[0].boot else None
    return (before is not None and before.measured) or any(stamp.hub_ms is not None for stamp in stretch)


def _anchors(stretch: Sequence[Stamp], before: Anchor | None) -> Iterator[Anchor]:
    """Yield for each entry of a compared stretch the last comparison before it, or else the first behind it."""
    anchor = before or next(_mark(stamp) for stamp in stretch if stamp.hub_ms is not None)
    for stamp in stretch:
        if stamp.hub_ms is not None:
            anchor = _mark(stamp)
        yield anchor


def _mark(stamp: Stamp) -> Anchor:
    return Anchor(stamp.hub_up_ms, stamp.hub_ms or 0, stamp.within_ms, measured=True)


def _ceiling(stretch: Sequence[Stamp]) -> int:
    """Return the upper bound of the first entry of a compared stretch."""
    return next(_anchors(stretch, None)).at(stretch[0].up_ms)[1]


def _date_measured(stretch: Sequence[Stamp], carry: Carry) -> tuple[list[Dated], Carry]:
    before = carry.anchor if carry.boot == stretch[0].boot and carry.anchor and carry.anchor.measured else None
    dated, order, anchor = list[Dated](), carry.order_ms, before
    for stamp, anchor in zip(stretch, _anchors(stretch, before), strict=True):
        lo, hi = anchor.at(stamp.up_ms)
        point = stamp.wall_ms if lo <= stamp.wall_ms <= hi else (lo + hi) // 2
        order = max(order, point)
        dated.append(Dated(lo, hi, order))
    lo = dated[-1].lo_ms
    return dated, Carry(lo, lo, order, stretch[-1].boot, stretch[-1].up_ms, anchor)


def _believed(stamp: Stamp, floor: int, ceiling: int) -> Anchor | None:
    """Return the moment that a set clock tells, or None where a comparison shows that it was wrong."""
    if not stamp.synced or stamp.wall_ms + CLOSE_MS < floor or stamp.wall_ms - CLOSE_MS > ceiling:
        return None
    return Anchor(stamp.up_ms, stamp.wall_ms, CLOSE_MS, measured=False)


def _date_unmeasured(stretches: Sequence[Sequence[Stamp]], carry: Carry, ceiling: int) -> tuple[list[Dated], Carry]:
    """Date stretches without comparison, which lie between `carry` and `ceiling`."""
    floor = carry.floor_ms
    stamps = [stamp for stretch in stretches for stamp in stretch]
    anchors = [anchor for stretch in stretches for anchor in _set_clocks(stretch, carry, floor, ceiling)]
    own = [
        None if anchor is None else _within(anchor.at(stamp.up_ms), floor, ceiling)
        for stamp, anchor in zip(stamps, anchors, strict=True)
    ]
    lows, highs = _lows(stamps, own, carry), _highs(stamps, own, ceiling)
    dated, order = list[Dated](), carry.order_ms
    for stamp, low, high in zip(stamps, lows, highs, strict=True):
        lo = min(low, high)
        order = max(order, min(max(stamp.wall_ms, lo), high))
        dated.append(Dated(lo, high, order))
    last = stamps[-1]
    loose = ceiling == FOREVER and own[-1] is None
    return dated, Carry(floor, lows[-1], order, last.boot, last.up_ms, anchors[-1], unsettled=True, loose=loose)


def _set_clocks(stretch: Sequence[Stamp], carry: Carry, floor: int, ceiling: int) -> Iterator[Anchor | None]:
    """Yield for each entry the last believed set clock of its boot up to it, or else the first behind it."""
    before = carry.anchor if carry.boot == stretch[0].boot else None
    seen = [_believed(stamp, floor, ceiling) for stamp in stretch]
    anchor = before or next((one for one in seen if one is not None), None)
    for one in seen:
        anchor = one or anchor
        yield anchor


def _within(bounds: tuple[int, int], floor: int, ceiling: int) -> tuple[int, int]:
    lo, hi = bounds
    return min(max(lo, floor), ceiling), max(min(hi, ceiling), floor)


def _lows(stamps: Sequence[Stamp], own: Sequence[tuple[int, int] | None], carry: Carry) -> list[int]:
    """Return lower bounds: an entry's own, or that of the one before plus the time between them."""
    lows, low, boot, up = list[int](), carry.lo_ms, carry.boot, carry.up_ms
    for stamp, bounds in zip(stamps, own, strict=True):
        low = bounds[0] if bounds else low if low == EVER else _kept(low + _passed(boot, up, stamp))
        lows.append(low)
        boot, up = stamp.boot, stamp.up_ms
    return lows


def _highs(stamps: Sequence[Stamp], own: Sequence[tuple[int, int] | None], ceiling: int) -> list[int]:
    """Return upper bounds: an entry's own, or that of the one behind less the time between them."""
    highs, high, behind = list[int](), ceiling, None
    for stamp, bounds in zip(reversed(stamps), reversed(own), strict=True):
        if bounds:
            high = bounds[1]
        elif behind is not None and high < FOREVER:
            high = _kept(high - _passed(stamp.boot, stamp.up_ms, behind))
        highs.append(high)
        behind = stamp
    return highs[::-1]


def _passed(boot: str, up_ms: int, later: Stamp) -> int:
    """Return the least time that lies between a moment of a boot and a later entry (ms)."""
    away = later.up_ms - up_ms
    return away - -(-away // DRIFT) if boot == later.boot and away > 0 else 0


# --- what the dates mean for the borrower

SURE_MS = 60_000
"""A clock that is behind by less is right enough for a date."""

WIDE_MS = 24 * 3600 * 1000
"""An interval that is wider leaves it open on which day something was lent."""

LONGEST_RENEWAL_DAYS = 60
"""On a clock that was years behind a renewal runs from the old due date: at most this is added to the true day."""

_LAST_MS = 4_000_000_000_000
"""A bound beyond it (the year 2096) says nothing."""


def is_wide(dated: Dated) -> bool:
    """Return whether the day is in doubt."""
    return dated.hi_ms - dated.lo_ms > WIDE_MS


def counts_the_same(old: Dated | None, new: Dated, wall_ms: int) -> bool:
    """Return whether an entry of this wall time says the same in the ledger with either date."""
    return (
        old is not None
        and old.order_ms == new.order_ms
        and is_wide(old) is is_wide(new)
        and behind_ms(old, wall_ms) == behind_ms(new, wall_ms)
    )


def behind_ms(dated: Dated, wall_ms: int) -> int:
    """Return how far the clock may at most have been behind (ms), 0 where that changes no date or is not known."""
    behind = dated.hi_ms - wall_ms
    return behind if behind > SURE_MS and dated.hi_ms < _LAST_MS else 0


def honoured(promised: date, wall_ms: int, dated: Dated, zone: ZoneInfo, longest: int | None = None) -> date:
    """Return the due date that holds for what was promised on a clock that said `wall_ms`.

    The borrower gets as many days as were promised (at most `longest`), from the latest day on which it can have
    been. It may be a closed day: the calendar is no entry, and the ledger hangs on entries alone.
    """
    if not behind_ms(dated, wall_ms):
        return promised
    days = (promised - _day(wall_ms, zone)).days
    latest = _day(dated.hi_ms, zone).toordinal() + (days if longest is None else min(days, longest))
    return max(promised, date.fromordinal(min(latest, date.max.toordinal())))


def _day(ms: int, zone: ZoneInfo) -> date:
    """Return the day; nothing that is behind anything lies beyond `_LAST_MS`."""
    return datetime.fromtimestamp(max(0, ms) / 1000, UTC).astimezone(zone).date()


def as_dated(entry: Entry, dated: Dated, zone: ZoneInfo) -> Entry:
    """Return `entry` as it counts in the ledger: with its point in the order for a time, and the due date that holds.

    `due_doubtful` then says that a person should look: the day is in doubt, or another due date holds than was said.
    """
    body = entry.body
    if isinstance(body, Loan | Renewal):
        longest = LONGEST_RENEWAL_DAYS if isinstance(body, Renewal) else None
        due = honoured(body.due, entry.at.wall_ms, dated, zone, longest)
        doubtful = is_wide(dated) or due != body.due
        if due != body.due or doubtful is not body.due_doubtful:
            body = replace(body, due=due, due_doubtful=doubtful)
    if body is entry.body and dated.order_ms == entry.at.wall_ms:
        return entry
    return replace(entry, at=replace(entry.at, wall_ms=dated.order_ms), body=body)
