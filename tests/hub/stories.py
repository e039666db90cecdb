"""Stories over several stations, with true times: what they wrote, and the ways in which a hub may hear of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from hub.bench import BLOCKED, DRILL, DUE, KNOWN, NOW, OTHER, STATIONS, STRANGER, TENT, SimulatedStation, broken, ref
from hypothesis import strategies as st
from support.clocks import StationClock

from lending.entries import (
    Body,
    ConditionAnswer,
    DamageReport,
    Draft,
    HoldCancelled,
    HoldCollected,
    HoldPlaced,
    ItemChecked,
    ItemMoved,
    ItemRegistered,
    Loan,
    Personal,
    Renewal,
    Return,
    StaffNote,
    StockCount,
)
from lending.nouns import Condition, Damage, PartAnswer, Shelf
from sync.journal import Place, WireEntry, seal

HOUR, DAY = 3_600_000, 86_400_000
Moment = tuple[int, str, str, str, int]
"""At which unit, what happens there, to which item, with which card, and a number that tells how."""

UNITS = (*((station, 1) for station in STATIONS), (STATIONS[0], 2))
"""Station and epoch of each journal. The last is of a unit that takes the place of the first station's."""

HAPPENINGS = (
    *("loan", "loan", "loan", "return", "return", "undo", "renew", "told", "damage", "move"),
    *("hold", "hold", "collected", "taken", "taken", "put back", "put back", "cancelled", "hologram"),
    *("register", "count", "note", "check"),
    *("pass", "pass", "reboot", "reboot", "set", "jump", "hub", "hub"),
)
_PASSES = (7_000, 60_000, HOUR, DAY, 9 * DAY)
_WRONG = (0, -25 * 365 * DAY, -3 * DAY, DAY, 9 * 365 * DAY)

stories = st.lists(
    st.tuples(
        st.integers(0, len(UNITS) - 1),
        st.sampled_from(HAPPENINGS),
        st.sampled_from([DRILL, DRILL, TENT, "0999999999"]),
        st.sampled_from([KNOWN, OTHER, BLOCKED, STRANGER]),
        st.integers(0, 9),
    ),
    min_size=4,
    max_size=28,
)


@dataclass
class Told:
    """The journals of a story, and when each entry truly was made (Unix ms, by its id)."""

    journals: list[list[WireEntry]] = field(default_factory=lambda: [[] for _ in UNITS])
    truths: dict[str, float] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    clones: list[list[WireEntry]] = field(default_factory=lambda: [[] for _ in UNITS])


class Teller:
    """Lets a story happen: stations share the true time, and each has its own clocks and its own journal."""

    def __init__(self) -> None:
        self.told = Told()
        self._clocks = [StationClock(NOW, boots=100 * number) for number in range(len(UNITS))]
        self._loans: list[str] = []
        self._taken: list[tuple[str, str]] = []
        self._holds: list[str] = []

    def happens(self, moment: Moment) -> None:
        """Let one moment happen."""
        number, what, item, card, how = moment
        clock = self._clocks[number]
        match what:
            case "pass":
                self._pass(_PASSES[how % len(_PASSES)])
            case "reboot":
                clock.reboot(_WRONG[how % len(_WRONG)], 20 * how - 90)
            case "set":
                clock.set(50 * how - 200)
            case "jump":
                clock.jump((-DAY, 5000, DAY)[how % 3])
            case "hub":
                self._write(number, clock.hear_hub(300 * how, 11 * how), None)
                self._pass(0)
            case "hologram":
                self._write(number, Return(item), None, kind="hologram")
            case "taken":
                self._take_what_was_set_aside(number, item, card, how)
            case "put back":
                code, loan = self._taken[-1] if self._taken else (item, "0" * 32)
                self._write(number, Return(code, loan, undo=True), None)
            case _:
                body = self._body(number, what, item, how)
                self._write(number, body, card if isinstance(body, Loan | HoldPlaced) else None)

    def _pass(self, ms: float) -> None:
        """Let true time pass, for all stations alike."""
        now = max(clock.true for clock in self._clocks) + ms
        for clock in self._clocks:
            clock.true = now

    def _take_what_was_set_aside(self, number: int, item: str, card: str, how: int) -> None:
        """Lend an item and collect a hold with it, as a visit does it: both name each other."""
        hold = self._holds[-1 - how % len(self._holds)] if self._holds else "f" * 32
        self._write(number, Loan(item, DUE, hold=hold), card)
        self._taken.append((item, self._loans[-1]))
        self._write(number, HoldCollected(hold, item, self._loans[-1]), None)

    def _body(self, number: int, what: str, item: str, how: int) -> Body:
        loan = self._loans[-1 - how % len(self._loans)] if self._loans else "0" * 32
        hold = self._holds[-1 - how % len(self._holds)] if self._holds else "f" * 32
        due = self._clocks[number].read().wall_ms // DAY
        promised = DUE + timedelta(days=due - NOW // DAY)
        match what:
            case "return":
                return Return(item)
            case "undo":
                return Return(item, loan, undo=True)
            case "renew":
                return Renewal(item, loan, promised)
            case "told":
                return ConditionAnswer(item, loan, Condition.MISSING, ("p0",))
            case "damage":
                return DamageReport(item, Damage.BROKEN)
            case "hold":
                self._holds.append(f"{len(self._holds) + 1:032x}")
                return HoldPlaced(self._holds[-1], "drill", promised, item)
            case "collected":
                return HoldCollected(hold, item, loan)
            case "cancelled":
                return HoldCancelled(hold, lapsed=how > 4)
            case "register" | "count" | "note" | "check" | "move":
                return _by_staff(what, item, how)
            case _:
                return Loan(item, promised, (("p0", PartAnswer.MISSING),) if how == 0 else ())

    def _write(self, number: int, body: Body, card: str | None, kind: str = "") -> None:
        journal, clock = self.told.journals[number], self._clocks[number]
        personal = Personal(ref(card)) if card else None
        wire = _sealed(number, journal, Draft(f"{number + 1:08x}{len(journal):024x}", body, personal), clock)
        journal.append(broken(wire, kind=kind) if kind else wire)
        if isinstance(body, Loan):
            self._loans.append(wire["id"])
        self.told.truths[wire["id"]] = clock.true
        clock.true += 5  # nothing happens in no time
        self._pass(0)

    def cloned(self) -> Told:
        """Return the story with a clone of each journal: its first half, and other entries after it."""
        for number, journal in enumerate(self.told.journals):
            clone = list(journal[: len(journal) // 2])
            for n in range(len(journal) // 2, len(journal) + 2 if journal else 0):
                draft = Draft(f"{number + 101:08x}{n:024x}", Return(TENT))
                clone.append(_sealed(number, clone, draft, self._clocks[number]))
            self.told.clones[number] = clone[len(journal) // 2 :]
        return self.told


def _by_staff(what: str, item: str, how: int) -> Body:
    match what:
        case "register":
            return ItemRegistered(item, "drill", undo=how > 4)
        case "count":
            return StockCount((item,), (TENT,))
        case "note":
            return StaffNote("skuffen er full")
        case "check":
            return ItemChecked(item, Shelf.CHECKED if how > 4 else Shelf.FREE)
        case _:
            return ItemMoved(item, here=how > 4)


def _sealed(number: int, journal: Sequence[WireEntry], draft: Draft, clock: StationClock) -> WireEntry:
    last = journal[-1] if journal else None
    station, epoch = UNITS[number]
    place = Place(station, epoch, last["seq"], last["hash"]) if last else Place(station, epoch)
    return seal(draft, place, clock.read(), lambda: "ab" * 16)


def tell(moments: Sequence[Moment]) -> Told:
    """Return what the stations wrote while this happened."""
    teller = Teller()
    for moment in moments:
        teller.happens(moment)
    return teller.cloned()


Delivery = tuple[int, int, int]
"""A piece of a journal on its way: which station, from which entry, up to which. Nothing of it: fold what is due."""


@st.composite
def ways(draw: st.DrawFn, lengths: Sequence[int]) -> list[Delivery]:
    """Cut the journals into pieces and mix them: partitions, overtaking batches, repeats after lost answers."""
    pieces: list[Delivery] = [(0, 0, 0)]
    for number, length in enumerate(lengths):
        cuts = sorted({0, length, *draw(st.lists(st.integers(0, length), max_size=4))})
        pieces.extend((number, start, end) for start, end in pairwise(cuts))
        again = draw(st.lists(st.integers(0, max(0, length - 1)), max_size=2))
        pieces.extend((number, start, length) for start in again if length)
    return draw(st.permutations(pieces))


def in_order_of_time(lengths: Sequence[int]) -> list[Delivery]:
    """Return the calmest way: each journal whole, one station after the other."""
    return [(number, 0, length) for number, length in enumerate(lengths) if length]


def prefixes(way: Sequence[Delivery]) -> Iterator[int]:
    """Yield for each delivery how many entries without a gap the hub must hold of that journal after it."""
    seen: list[set[int]] = [set() for _ in UNITS]
    for number, start, end in way:
        seen[number].update(range(start, end))
        held = 0
        while held in seen[number]:
            held += 1
        yield held


def as_station(station: SimulatedStation, journal: Sequence[WireEntry]) -> SimulatedStation:
    """Return the station with this journal and its own key."""
    return SimulatedStation(station.station, station.epoch, station.token, station.key, list(journal))
