"""What residents say at the stations: what is missing, what they would lend, what they looked for and did not find.

The same words count as one, with how often they were said: nobody knows by whom. Staff mark them as handled, with an
answer if they like; that can be undone, is never written over, and what is said again later waits again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from lending.said import MOST_LETTERS
from sync.hub.database import writing
from sync.hub.journal.kinds import SAID, among
from sync.hub.journal.models import RawEntry
from sync.hub.review.models import SaidEvent, SaidMark

MOST = 5000
"""Entries that are looked at, the newest first."""
MAX_ANSWER = 300


@dataclass(slots=True)
class Words:
    """One thing that was said: how often, at which stations, and when last (Unix ms, as it reached the hub)."""

    key: str
    kind: str
    words: str
    times: int = 0
    last_ms: int = 0
    stations: set[str] = field(default_factory=set)
    mark: SaidMark | None = None

    @property
    def handled(self) -> bool:
        """Whether staff have handled it, and nobody has said it again since."""
        mark = self.mark
        return mark is not None and mark.handled_ms is not None and self.times <= mark.times


def key_of(kind: str, words: str) -> str:
    """Return what stands for these words, however they are written."""
    return hashlib.sha256(f"{kind}\n{' '.join(words.casefold().split())}".encode()).hexdigest()[:32]


def all_said() -> list[Words]:
    """Return what was said, that most often said first."""
    rows = RawEntry.objects.filter(among(SAID), in_force=True).order_by("-pk")[:MOST]
    found: dict[str, Words] = {}
    for kind, wire, received, station in rows.values_list(
        "kind", "wire", "received_ms", "journal__station__station_id"
    ):
        text = " ".join(str(json.loads(wire)["body"]["words"]).split())[:MOST_LETTERS]
        if not text:
            continue
        key = key_of(kind, text)
        one = found.setdefault(key, Words(key, kind, text))
        one.times += 1
        one.last_ms = max(one.last_ms, received)
        one.stations.add(station)
    for mark in SaidMark.objects.filter(key__in=found):
        found[mark.key].mark = mark
    return sorted(found.values(), key=lambda one: (-one.times, -one.last_ms, one.key))


def waiting(said: Iterable[Words]) -> list[Words]:
    """Return those nobody has handled."""
    return [one for one in said if not one.handled]


def handle(key: str, answer: str, who: str, now_ms: int) -> bool:
    """Return whether these words were waiting and are handled now."""
    times = {one.key: one.times for one in waiting(all_said())}.get(key)
    if times is None:
        return False
    kept = answer.replace("\x00", "").strip()[:MAX_ANSWER]
    with writing():
        now = {"handled_ms": now_ms, "times": times, "who": who, "answer": kept}
        SaidMark.objects.update_or_create(key=key, defaults=now)
        SaidEvent.objects.create(key=key, at_ms=now_ms, what="handled", who=who, answer=kept)
    return True


def undo(key: str, who: str, now_ms: int) -> bool:
    """Return whether these words were handled and wait again now. The trail keeps both."""
    with writing():
        mark = SaidMark.objects.select_for_update().filter(key=key, handled_ms__isnull=False).first()
        if mark is None:
            return False
        mark.handled_ms, mark.answer, mark.who = None, "", ""
        mark.save()
        SaidEvent.objects.create(key=key, at_ms=now_ms, what="undone", who=who)
    return True
