"""Cases as the pages show them: facts already in words, nothing left to decide for a template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sync.hub.fleet.models import Station
from sync.hub.journal.models import RawEntry, SetAside
from sync.hub.ledger.models import OpenLoan, ReviewCase
from sync.hub.review.entry_lines import Line, line_of
from sync.hub.review.explained import why_words
from sync.hub.review.kinds import Kind, kind_of, reason_words
from sync.hub.review.things import Thing, Things
from sync.hub.review.when import day_and_time, span
from sync.hub.review.words import NOTHING, say

_AROUND = 4
_MOST_LINES = 40
"""So many entries of one station are shown in a case; the journal has them all."""


@dataclass(frozen=True, slots=True)
class Chip:
    """An icon and a word on a tint."""

    icon: str
    tone: str
    word: str


@dataclass(frozen=True, slots=True)
class CaseWords:
    """One case in words."""

    case: ReviewCase
    chip: Chip
    thing: Thing
    about: str
    title: str
    where: str
    when: str
    short: str
    suggestion: str
    effect: str
    minutes: int


@dataclass(frozen=True, slots=True)
class StationFacts:
    """What one station's journal says in a case."""

    name: str
    station: str
    clock: Chip
    lines: tuple[Line, ...]
    open_since: bool


def case_words(cases: Iterable[ReviewCase], now_ms: int, language: str) -> list[CaseWords]:
    """Return the cases in words, in the same order."""
    rows = list(cases)
    things = Things((row.item for row in rows if row.item), language)
    names = station_names()
    stations = _stations_of_entries({entry for row in rows for entry in row.entry_ids})
    return [_in_words(row, things, names, stations, now_ms, language) for row in rows]


def station_names() -> Mapping[str, str]:
    """Return the name of each station."""
    return dict(Station.objects.values_list("station_id", "name"))


def _stations_of_entries(entry_ids: Iterable[str]) -> Mapping[str, str]:
    rows = RawEntry.objects.filter(entry_id__in=list(entry_ids))
    return dict(rows.values_list("entry_id", "journal__station_id"))


def _in_words(
    row: ReviewCase,
    things: Things,
    names: Mapping[str, str],
    stations: Mapping[str, str],
    now_ms: int,
    language: str,
) -> CaseWords:
    kind, thing = kind_of(row.kind), things[row.item]
    here = names.get(row.station, row.station)
    first = names.get(stations.get(row.entry_ids[0] if row.entry_ids else "", row.station), here)
    facts = {"thing": _capital(thing.definite), "first": first, "second": here, "station": here}
    facts["reason"] = reason_words(row.reason, language)
    fill = _Filler(facts, language)
    return CaseWords(
        case=row,
        chip=Chip(kind.icon, kind.tone, kind.chip.get(language)),
        thing=thing,
        about=thing.part_names(row.missing) if row.missing else row.item,
        title=fill(kind, "title"),
        where=here if first == here else f"{first}, {here}",
        when=day_and_time(row.at_ms, now_ms, language),
        short=fill(kind, "short"),
        suggestion=fill(kind, "suggestion"),
        effect=fill(kind, "effect"),
        minutes=kind.minutes,
    )


@dataclass(frozen=True, slots=True)
class _Filler:
    facts: Mapping[str, str]
    language: str

    def __call__(self, kind: Kind, name: str) -> str:
        text: str = getattr(kind, name).get(self.language)
        return _capital(text.format(**self.facts))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what has been done with a case. `who` is empty where it happened by itself."""

    what: str
    who: str
    when: str
    note: str


def trail_of(case: ReviewCase, now_ms: int, language: str) -> list[Step]:
    """Return what has been done with a case, the first first."""
    names = station_names()
    return [
        Step(
            say(language, f"event.{event.what}"),
            event.who,
            day_and_time(event.at_ms, now_ms, language),
            why_words(event.why, names, now_ms, language) if event.what == "explained" else event.note,
        )
        for event in case.events.order_by("pk")
    ]


def station_facts(case: ReviewCase, thing: Thing, now_ms: int, language: str) -> list[StationFacts]:
    """Return what each station says about the item of a case, the one that was first first."""
    about, chosen = _about(case.item), set(case.entry_ids)
    stations = dict.fromkeys(spot.station for spot in about if spot.entry_id in chosen)
    names, out = station_names(), _stations_with_loan(case.item)
    return [
        _facts_of(
            station,
            names.get(station, station),
            _rows(_near([spot for spot in about if spot.station == station], chosen)),
            chosen,
            thing,
            now_ms,
            language,
            open_since=station in out,
        )
        for station in stations
    ]


def _stations_with_loan(item: str) -> set[str]:
    return set(OpenLoan.objects.filter(item=item).values_list("station", flat=True))


class _Spot(NamedTuple):
    """Where an entry in force stands among all; ordered as they are."""

    order_ms: int
    station: str
    epoch: int
    seq: int
    entry_id: str


def _about(item: str) -> list[_Spot]:
    """Return all entries in force about an item, in order, without what they say: histories are long."""
    rows = RawEntry.objects.filter(item=item, in_force=True)
    names = ("order_ms", "journal__station_id", "journal__epoch", "seq", "entry_id")
    return sorted(_Spot(at or 0, *others) for at, *others in rows.values_list(*names))


def _near(spots: Sequence[_Spot], chosen: set[str]) -> Sequence[_Spot]:
    """Return the chosen ones with what lies around them: at most one before, some after, not too much in between."""
    places = [n for n, spot in enumerate(spots) if spot.entry_id in chosen]
    between = spots[max(0, places[0] - 1) : places[-1] + _AROUND]
    if len(between) <= _MOST_LINES:
        return between
    near = {n for place in places for n in range(place - 1, place + _AROUND)}
    return [spot for n, spot in enumerate(spots) if n in near][:_MOST_LINES]


def _rows(spots: Sequence[_Spot]) -> list[RawEntry]:
    rows = RawEntry.objects.select_related("journal", "personal")
    known = {row.entry_id: row for row in rows.filter(entry_id__in=[spot.entry_id for spot in spots])}
    return [known[spot.entry_id] for spot in spots if spot.entry_id in known]


def _facts_of(
    station: str,
    name: str,
    rows: Sequence[RawEntry],
    chosen: set[str],
    thing: Thing,
    now_ms: int,
    language: str,
    *,
    open_since: bool,
) -> StationFacts:
    lines = tuple(line_of(row, thing, now_ms, language, chosen=row.entry_id in chosen, dated=True) for row in rows)
    sure = all(line.synced for line in lines if line.chosen)
    clock = (
        Chip("circle-check", "good", say(language, "case.clock_ok"))
        if sure
        else Chip("clock-alert", "attention", say(language, "case.clock_unsure"))
    )
    ends_out = bool(lines) and rows[-1].kind == "loan" and open_since
    return StationFacts(name, station, clock, lines, ends_out)


def journal_lines(case: ReviewCase, now_ms: int, language: str) -> list[Line]:
    """Return the entries a case about a journal stands on, with what the hub held before in the same places."""
    ids = list(case.entry_ids)
    rows = list(RawEntry.objects.filter(entry_id__in=ids).select_related("journal", "personal"))
    aside = list(
        SetAside.objects.filter(entry_id__in=ids, journal__station_id=case.station).select_related("journal")
    )
    for other in aside:
        held = RawEntry.objects.filter(journal=other.journal, seq=other.seq).select_related("journal", "personal")
        rows.extend(row for row in held if row not in rows)
    lines = [line_of(row, Things((), language)[row.item], now_ms, language, cards=False) for row in rows]
    lines.extend(_line_aside(row, now_ms, language) for row in aside)
    return sorted(lines, key=lambda line: (line.seq, line.verdict_tone))


def _line_aside(row: SetAside, now_ms: int, language: str) -> Line:
    return Line(
        entry_id=row.entry_id,
        seq=row.seq,
        station=row.journal.station_id,
        when=day_and_time(row.received_ms, now_ms, language),
        wall_ms=None,
        synced=None,
        icon="copy",
        what=say(language, "verdict.conflict"),
        detail=say(language, "conflict.other"),
        item="",
        verdict=say(language, "verdict.conflict"),
        verdict_tone="stop",
        chosen=True,
    )


def clock_words(offset_ms: int | None, language: str) -> str:
    """Return how far a station's clock is from the hub's, in words."""
    return NOTHING if offset_ms is None else span(offset_ms, language)
