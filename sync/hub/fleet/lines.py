"""The lines of a forked journal: what two units wrote after the last entry they share, told apart by the hash chain.

```text
              ┌─ 61 ─ 62 ─ 63            in force: it came first
1 ─ … ─ 60 ───┤
              └─ 61' ─ 62' ─ 63' ─ 64'   61' to 63' set aside (their places are taken), 64' in quarantine
```
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sync.hub.journal.batch import Incoming, incoming_of
from sync.hub.journal.models import Journal, PersonalPart, RawEntry, SetAside
from sync.journal import GENESIS


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its entries after the last shared one (`after_seq`, with the hash `root`), in order.

    `in_force` says that it is the one that counts. `key` names it: the hash of its first entry, "" where it is the
    one that counts and has written nothing since.
    """

    after_seq: int
    root: str
    in_force: bool
    entries: tuple[Incoming, ...] = field(repr=False)

    @property
    def key(self) -> str:
        """The name of the line."""
        return self.entries[0].hash if self.entries else ""

    @property
    def last_seq(self) -> int:
        """The place of its last entry."""
        return self.entries[-1].seq if self.entries else self.after_seq

    def walls(self) -> tuple[int, ...]:
        """Return what the unit's clock said at each entry that can be read (Unix ms)."""
        found = []
        for entry in self.entries:
            at = entry.wire.get("at")
            wall = at.get("wall") if isinstance(at, dict) else None
            if isinstance(wall, int):
                found.append(wall)
        return tuple(found)


def lines_of(journal: Journal) -> tuple[Line, ...]:
    """Return the lines of a journal, the one in force first; a journal that does not fork has that one only."""
    beyond = _beyond(journal)
    if not beyond:
        return (Line(journal.held, journal.head, in_force=True, entries=()),)
    chains = _chains(beyond)
    root = min(chain[0].seq for chain in chains) - 1
    main, others = list(_in_force_after(journal, root)), []
    tip = main[-1].hash if main else _hash_at(journal, root)
    for chain in chains:
        if chain[0].prev == tip:
            main += chain  # the unit that came first went on behind an entry of the other
        else:
            others.append(chain)
    lines = [Line(root, _hash_at(journal, root), in_force=True, entries=tuple(main))]
    lines += [Line(c[0].seq - 1, c[0].prev, in_force=False, entries=tuple(c)) for c in others]
    return tuple(lines)


def _beyond(journal: Journal) -> list[Incoming]:
    """Return what does not count: set aside, or behind the place where the journal stopped to continue."""
    aside = SetAside.objects.filter(journal=journal)
    found = [incoming_of(row.wire, row.personal or None) for row in aside]
    if journal.forked_at is not None:
        rows = RawEntry.objects.filter(journal=journal, seq__gte=journal.forked_at)
        found += [incoming_of(row.wire, _personal_of(row)) for row in rows.select_related("personal")]
    return sorted((entry for entry in found if entry.hash), key=lambda entry: (entry.seq, entry.hash))


def _personal_of(row: RawEntry) -> str | None:
    try:
        return row.personal.plain
    except PersonalPart.DoesNotExist:
        return None


def _chains(entries: Sequence[Incoming]) -> list[list[Incoming]]:
    """Return the entries as runs in which each carries the hash of the one before."""
    open_ends: dict[str, list[Incoming]] = {}
    chains: list[list[Incoming]] = []
    for entry in entries:
        chain = open_ends.pop(entry.prev, None)
        if chain is None:
            chain = []
            chains.append(chain)
        chain.append(entry)
        open_ends[entry.hash] = chain
    return chains


def _in_force_after(journal: Journal, seq: int) -> Sequence[Incoming]:
    rows = RawEntry.objects.filter(journal=journal, seq__gt=seq)
    if journal.forked_at is not None:
        rows = rows.filter(seq__lt=journal.forked_at)
    ordered = rows.filter(seq__lte=journal.held).select_related("personal").order_by("seq")
    return [incoming_of(row.wire, _personal_of(row)) for row in ordered]


def _hash_at(journal: Journal, seq: int) -> str:
    row = RawEntry.objects.filter(journal=journal, seq=seq).first()
    return row.hash if row is not None else GENESIS


def take_out(journal: Journal, after_seq: int) -> set[str]:
    """Turn what a journal holds after `after_seq` into entries set aside; return the items that no longer count them.

    Nothing is lost: each is kept as it came, with its personal part.
    """
    rows = list(RawEntry.objects.filter(journal=journal, seq__gt=after_seq).select_related("personal"))
    known = set(SetAside.objects.filter(journal=journal).values_list("digest", flat=True))
    fresh = []
    for row in rows:
        entry = incoming_of(row.wire, _personal_of(row))
        if entry.digest not in known:
            fresh.append(aside(journal, entry, row.received_ms, row.reason or "of another line of a forked journal"))
            known.add(entry.digest)
    SetAside.objects.bulk_create(fresh)
    PersonalPart.objects.filter(entry__in=rows).delete()
    RawEntry.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return {row.item for row in rows if row.in_force and row.item}


def aside(journal: Journal, entry: Incoming, received_ms: int, reason: str) -> SetAside:
    """Return the row that keeps an entry aside."""
    return SetAside(
        journal=journal,
        seq=entry.seq,
        entry_id=entry.entry_id,
        digest=entry.digest,
        wire=entry.text,
        personal=entry.personal or "",
        received_ms=received_ms,
        reason=reason[:300],
    )


def hash_of_wire(text: str) -> str:
    """Return the hash that a kept entry carries, "" if it carries none."""
    found = json.loads(text).get("hash")
    return found if isinstance(found, str) else ""
