"""Forgetting who loans were about, some hundred entries at a time.

The invariant: what is erased is a personal part with its salt, and the keyed hash wherever else it stood; nothing the
chain covers and nothing a fold counts. So the chain still verifies, and whatever is folded anew comes out the same.

```text
personal parts by their keys ─▶ came long enough ago ─▶ items and holds locked ─▶ still needed? ─▶ erased, one commit
  holds that are over, what lies aside ─▶ the same way                            └▶ stays, asked again tomorrow
SQLite: then the write-ahead log is truncated
```

Each step is a transaction of its own: a run that is stopped has forgotten what it has forgotten, and the next one
goes through what is left.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import DatabaseError, OperationalError, connection

from sync.hub.clock import moment
from sync.hub.database import lock_holds, lock_items, turn, writing
from sync.hub.forgetting import needed, over
from sync.hub.forgetting.parts import Kept, Part, Round, parts_after, why_kept
from sync.hub.forgetting.times import times_at
from sync.hub.journal.models import PersonalPart, RawEntry, SetAside
from sync.hub.koha import still
from sync.hub.review.throttle import forget_old_tries
from sync.hub.upkeep.form import Closed
from sync.hub.upkeep.models import Mark

log = logging.getLogger(__name__)

AT_ONCE = 300
FORGOTTEN_ON = "forgotten_on"
"""The mark that names the day (UTC) on which a hub that serves forgot last."""

_TRIES = 20
_ASK_AGAIN_SECONDS = 0.25

Stopping = Callable[[], bool]


@dataclass(slots=True)
class Forgotten:
    """What a run forgot, or would: `loans` of the `entries`, holds, and entries kept aside. `kept` counts by reason
    what is old enough and still needed. `whole` says that it came to its end, `erased_from_log` that no byte is left
    in SQLite's write-ahead log either.
    """

    entries: int = 0
    loans: int = 0
    holds: int = 0
    aside: int = 0
    kept: Counter[Kept] = field(default_factory=Counter)
    whole: bool = False
    erased_from_log: bool = True


class Forgetting:
    """One run. Its steps are methods, so that a test can plant a defect in one of them."""

    def __init__(self, now_ms: int, *, dry: bool = False, at_once: int = AT_ONCE) -> None:
        self._now_ms, self._dry, self._at_once = now_ms, dry, at_once
        self.done = Forgotten()

    def run(self, stopping: Stopping = lambda: False) -> Forgotten:
        """Forget all that may be forgotten now, until it is done or to be stopped; return what that was."""
        self._round = self._look()
        for step in (self.some_parts, self.some_holds, self.some_aside):
            if not self._all(step, stopping):
                return self.done
        self.done.whole = True
        if not self._dry:
            forget_old_tries(self._now_ms)
            self.done.erased_from_log = self.truncate_log()
        return self.done

    def _look(self) -> Round:
        times = times_at(self._now_ms)
        return Round(
            times,
            needed.named_anywhere(times),
            needed.unsorted_lines(times),
            needed.unsorted_journals(times),
            still.is_used(),
        )

    def _all(self, step: Callable[[str], str | None], stopping: Stopping) -> bool:
        after: str | None = ""
        while after is not None:
            if stopping():
                return False
            with writing():
                after = step(after)
            time.sleep(0)  # let somebody else write
        return True

    def some_parts(self, after: str) -> str | None:
        """Forget whom the entries behind a key are about; return the last key looked at, None when that was all."""
        parts = parts_after(int(after or 0), self._round.times, self._at_once)
        if not parts:
            return None
        lock_items({part.item for part in parts if part.item})
        lock_holds({part.hold for part in parts if part.hold})
        kept = why_kept(parts, self._round)
        self.done.kept.update(kept.values())
        going = {part.pk: part for part in parts if part.pk not in kept}
        gone = self.erase(going)
        self.done.entries += len(gone)
        self.done.loans += sum(going[pk].kind == "loan" for pk in gone)
        return str(parts[-1].pk)

    def erase(self, parts: Mapping[int, Part]) -> Sequence[int]:
        """Erase these personal parts and note when; return the keys of those nobody else has in hand just now."""
        if self._dry or not parts:
            return list(parts)
        rows = RawEntry.objects.filter(pk__in=list(parts)).order_by("pk")
        # Whoever waits for a row while others wait for its item's lock would wait for ever.
        free = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
        PersonalPart.objects.filter(pk__in=free).delete()
        RawEntry.objects.filter(pk__in=free).update(forgotten_ms=self._now_ms)
        return free

    def some_holds(self, after: str) -> str | None:
        """Forget for whom the holds behind an id were; return the last id looked at, None when that was all."""
        holds = over.some_over(after, self._round.times, self._at_once)
        if not holds:
            return None
        if self._dry:
            ids = over.holds_over([hold.pk for hold in holds], self._round.times)
            self.done.holds += sum(ids.values())
        else:
            self.done.holds += over.forget(over.forgettable(holds, self._round.times), self._now_ms)
        return str(holds[-1].pk)

    def some_aside(self, after: str) -> str | None:
        """Forget whom entries are about that were set aside for good; return the last key looked at, as above."""
        times = self._round.times
        rows = SetAside.objects.filter(pk__gt=int(after or 0), received_ms__lte=times.over_ms).exclude(personal="")
        some = list(rows.order_by("pk").values_list("pk", "journal__station_id")[: self._at_once])
        if not some:
            return None
        going = [pk for pk, station in some if station not in self._round.unsorted_journals]
        self.done.kept.update([Kept.ASIDE] * (len(some) - len(going)))
        self.done.aside += len(going)
        if not self._dry:
            SetAside.objects.filter(pk__in=going).update(personal="")
        return str(some[-1][0])

    def truncate_log(self) -> bool:
        """Return whether nothing is left in SQLite's write-ahead log; readers may hold it for a moment."""
        if connection.vendor != "sqlite":
            return True
        for _ in range(_TRIES):
            with turn(), connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                if cursor.fetchone()[0] == 0:
                    return True
            time.sleep(_ASK_AGAIN_SECONDS)
        log.warning("the write-ahead log is in use: what was forgotten still stands there until the next time")
        return False


def forget_if_due(now_ms: int, stopping: Stopping = lambda: False) -> bool:
    """Return whether the hub forgot now: once a day, in the first process that asks. What a stopped run left, the
    next process to ask forgets.
    """
    today = moment(now_ms).date().isoformat()
    if Mark.objects.filter(name=FORGOTTEN_ON, value=today).exists():
        return False
    with writing():
        Mark.objects.get_or_create(name=FORGOTTEN_ON, defaults={"value": ""})
        due = Mark.objects.filter(name=FORGOTTEN_ON).exclude(value=today).update(value=today)
    if not due:
        return False
    try:
        done = Forgetting(now_ms).run(stopping)
    except (Closed, OperationalError):
        with suppress(Closed, DatabaseError):
            _not_done()
        raise
    if not done.whole:
        _not_done()
    if done.entries or done.holds or done.aside:
        log.info("forgot whom %s entries and %s holds were about", done.entries + done.aside, done.holds)
    return True


def _not_done() -> None:
    """Let the next process that asks go on."""
    with writing():
        Mark.objects.filter(name=FORGOTTEN_ON).update(value="")
