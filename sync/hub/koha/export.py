"""Writing what happened in a period for Koha, each entry once, with a record of what stands in which file.

```text
plan ─▶ bytes beside the file's name, on the disk ─▶ run and entries recorded (one commit) ─▶ the name ─▶ finished
 a kill before the commit: nothing is recorded, the next run writes the same again
 a kill after the commit:  no further run begins until `again` has made the recorded file
```
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from lending.errors import NabolanError, Refused
from sync.hub.database import lock_koha, writing
from sync.hub.fleet.models import Station
from sync.hub.journal.models import PersonalPart
from sync.hub.koha import files
from sync.hub.koha.held_back import show_held_back
from sync.hub.koha.history import histories, not_in_force
from sync.hub.koha.koc import Line, koc_bytes
from sync.hub.koha.models import LONGEST_CODE, LONGEST_PATH, ExportedEntry, ExportRun, StationLibrary
from sync.hub.koha.plan import LeftOut, What, Why, Window, Written, plan
from sync.hub.patrons.models import LibraryCard
from sync.hub.upkeep.backup import SENT_UNKNOWN
from sync.hub.upkeep.models import Mark

log = logging.getLogger(__name__)

_AT_ONCE = 500


class RecordedOnly(NabolanError):  # noqa: N818 - named for what holds
    """What was written is recorded, but the file has not got its name; `again` makes it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an export did. `run` and `path` are None when there was nothing new, and then no file was written.

    `silent` are stations not heard from since the period ended: what they hold may come too late for this item order.
    """

    run: int | None
    path: Path | None
    sha256: str
    written: Mapping[What, int]
    left_out: Sequence[LeftOut]
    not_in_force: int = 0
    silent: Sequence[str] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many entries were left out, by reason."""
        found = Counter(one.why.value for one in self.left_out)
        found[Why.NOT_IN_FORCE.value] = self.not_in_force
        return {why: count for why, count in sorted(found.items()) if count}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be exported: local dates, both within; one library's stations or, if empty, all; into which file.

    `after_restore` says that somebody has looked which files Koha got from what a restored hub has forgotten.
    """

    first: date
    last: date
    path: Path
    who: str
    library: str = ""
    after_restore: bool = False
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(settings.TIME_ZONE))

    def window(self, now_ms: int) -> Window:
        """Return the period in Unix time."""
        start, end = (_midnight(day, self.zone) for day in (self.first, self.last + timedelta(days=1)))
        return Window(start, end, now_ms, self.zone, self.library)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time.min, zone).timestamp() * 1000)


class Export:
    """One export. Its steps are methods, so that a test can be killed before or after one of them."""

    def run(self, asked: Asked, now_ms: int) -> Report:
        """Return what was written.

        Raises Refused if it cannot be, and then nothing is recorded; RecordedOnly if only the file's name is missing.
        """
        check(asked)
        no_unfinished_run()
        nothing_forgotten(asked)
        newest = _newest_run()
        # Planned without holding the database: stations send meanwhile, and what comes now is in the next run.
        report, written = self.plan(asked, now_ms)
        if not written:
            self._show(report, now_ms)
            return report
        content = koc_bytes(line for one in written for line in one.lines)
        sha256 = hashlib.sha256(content).hexdigest()
        part = files.write_part(asked.path, content)
        try:
            with writing():
                lock_koha()
                if _newest_run() != newest:
                    raise Refused("another export was under way; ask again")
                run = self.record(asked, report, written, sha256, now_ms)
                show_held_back(report.left_out, now_ms)
                Mark.objects.filter(name=SENT_UNKNOWN).delete()
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        self.finish(run)
        log.info("koha: run %s wrote %s entries", run.pk, len(written))
        return replace(report, run=run.pk, path=asked.path, sha256=run.sha256)

    def _show(self, report: Report, now_ms: int) -> None:
        with writing():
            lock_koha()
            show_held_back(report.left_out, now_ms)

    def plan(self, asked: Asked, now_ms: int) -> tuple[Report, list[Written]]:
        """Return what is to be written and what is not."""
        window = asked.window(now_ms)
        written, left_out = list[Written](), list[LeftOut]()
        for history in histories(window):
            some, others = plan(history, window)
            written.extend(some)
            left_out.extend(others)
        counted = Counter(one.fact.what for one in written)
        report = Report(None, None, "", counted, left_out, not_in_force(window), _silent(window))
        return report, written

    def record(self, asked: Asked, report: Report, written: Sequence[Written], sha256: str, now_ms: int) -> ExportRun:
        """Return the run, recorded with all its entries. Runs inside a transaction."""
        run = ExportRun.objects.create(
            at_ms=now_ms,
            who=asked.who,
            first_day=asked.first,
            last_day=asked.last,
            library=asked.library,
            path=str(asked.path),
            sha256=sha256,
            loans=report.written.get(What.LOAN, 0),
            returns=report.written.get(What.RETURN, 0),
            renewals=report.written.get(What.RENEWAL, 0),
            left_out=report.counts,
        )
        ExportedEntry.objects.bulk_create(self.entries(run, written), batch_size=_AT_ONCE)
        return run

    def entries(self, run: ExportRun, written: Sequence[Written]) -> Iterable[ExportedEntry]:
        """Return the rows that keep these entries from being written again."""
        return (
            ExportedEntry(
                entry_id=one.fact.entry_id,
                run=run,
                item=one.item,
                loan=one.loan,
                written=one.written,
                return_first=one.return_first,
            )
            for one in written
        )

    def finish(self, run: ExportRun) -> None:
        """Give the file its name and note that it has it."""
        try:
            files.finish(Path(run.path), run.sha256)
        except Refused as error:
            raise RecordedOnly(f"{error}; {_how_to_get(run)}") from None
        _note_finished(run)


def check(asked: Asked) -> None:
    """Do nothing if this can be asked for; raises Refused if not."""
    if asked.last < asked.first:
        raise Refused("the period ends before it begins")
    if not asked.path.is_absolute() or len(str(asked.path)) > LONGEST_PATH:
        raise Refused(f"{asked.path} is not an absolute path of at most {LONGEST_PATH} characters")
    files.check_free(asked.path)
    if asked.library and not StationLibrary.objects.filter(code=asked.library).exists():
        raise Refused(
            f"no station belongs to library {asked.library}; say so with `koha library STATION {asked.library}`"
        )


def _newest_run() -> int:
    return ExportRun.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def no_unfinished_run() -> None:
    """Do nothing if every recorded run has its file; raises Refused, naming what to do, if one may lack it."""
    for run in ExportRun.objects.filter(finished=False):
        if not files.holds(Path(run.path), run.sha256):
            raise Refused(f"an earlier export is under way or was interrupted; {_how_to_get(run)}")
        _settle(run)


def _settle(run: ExportRun) -> None:
    """Note that the file is in somebody's hands; what a kill left beside its name is erased."""
    files.part_of(Path(run.path), run.sha256).unlink(missing_ok=True)
    _note_finished(run)


def fetched(run: ExportRun) -> bytes:
    """Return the bytes of the run's file for somebody who fetches it. Raises Refused; see `content_of`."""
    content = content_of(run)
    _settle(run)
    return content


def nothing_forgotten(asked: Asked) -> None:
    """Do nothing if the hub knows all it ever wrote; raises Refused if it was restored and nobody looked since."""
    if not asked.after_restore and Mark.objects.filter(name=SENT_UNKNOWN).exists():
        raise Refused(
            "the hub was restored from a backup and has forgotten what was written since; begin --from after the "
            "last day that Koha has, and add --after-restore"
        )


def _how_to_get(run: ExportRun) -> str:
    return f"run {run.pk} is recorded, and `koha export --again {run.pk} --out FILE` makes its file"


def _note_finished(run: ExportRun) -> None:
    with writing():
        ExportRun.objects.filter(pk=run.pk).update(finished=True)


def _silent(window: Window) -> list[str]:
    stations = Station.objects.filter(revoked=False, epoch__gt=0)
    rows = stations.values_list("station_id", "last_contact_ms").order_by("station_id")
    return [station for station, heard in rows if heard is None or heard < min(window.to_ms, window.now_ms)]


def again(number: int, path: Path) -> ExportRun:
    """Return run `number`, whose file is now at `path`, byte for byte as it was.

    Raises Refused if there is no such run, something else is at `path`, or the hub has erased what it needs for it.
    """
    run = ExportRun.objects.filter(pk=number).first()
    if run is None:
        raise Refused(f"there is no run {number}")
    if not files.holds(path, run.sha256):
        files.check_free(path)
        content = content_of(run)
        files.write_part(path, content)
        files.finish(path, run.sha256)
    _settle(run)
    return run


def content_of(run: ExportRun) -> bytes:
    """Return the bytes of the run's file. Raises Refused if they cannot be made as they were any more."""
    entries = list(run.entries.order_by("written", "item"))
    cards = _cards_of([entry.loan for entry in entries if entry.loan])
    lines = list[Line]()
    for entry in entries:
        if entry.loan and entry.loan not in cards:
            raise Refused(f"the file of run {run.pk} cannot be made again: who borrowed has been erased meanwhile")
        if entry.return_first:
            lines.append(Line(entry.return_first, entry.item))
        lines.append(Line(entry.written, entry.item, cards[entry.loan] if entry.loan else ""))
    content = koc_bytes(lines)
    if hashlib.sha256(content).hexdigest() != run.sha256:
        raise Refused(f"the file of run {run.pk} cannot be made again: a card or item has changed meanwhile")
    return content


def _cards_of(loans: Sequence[str]) -> Mapping[str, str]:
    cards: dict[str, str] = {}
    for some in _pieces(loans):
        parts = PersonalPart.objects.filter(entry__entry_id__in=some)
        refs = dict(parts.values_list("entry__entry_id", "patron_ref"))
        known = dict(LibraryCard.objects.filter(patron_ref__in=refs.values()).values_list("patron_ref", "card_id"))
        cards |= {loan: known[ref] for loan, ref in refs.items() if ref in known}
    return cards


def _pieces(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def set_library(station_id: str, code: str) -> None:
    """Make the station one of the library with this code in Koha, or of none if it is empty. Raises Refused."""
    station = Station.objects.filter(pk=station_id).first()
    if station is None:
        raise Refused(f"there is no station {station_id}")
    if len(code) > LONGEST_CODE or (code and not (code.isascii() and code.isprintable() and code == code.strip())):
        raise Refused(f"a library's code in Koha has at most {LONGEST_CODE} plain characters")
    with writing():
        if code:
            StationLibrary.objects.update_or_create(station=station, defaults={"code": code})
        else:
            StationLibrary.objects.filter(station=station).delete()
