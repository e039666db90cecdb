"""A station to be recorded: `FOLDER SEED STEPS SYNCHRONOUS`. The seed says when it lends, syncs, gets feeds.

Before each step it marks what the disk shall show after it, and that it is done once the store says so. It ends as a
plug pulled ends it: without closing anything.
"""

import ctypes
import json
import os
import random
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from support.library import ANNA, BERIT, HERE, at, make_feed, make_item

from kiosk.store.feed_load import FeedLoad
from kiosk.store.station_store import StationStore
from lending.entries import ConditionAnswer, Draft, Loan, Personal, Refusal, Return, Started
from lending.nouns import Condition, PartAnswer
from lending.visit import Line, LineState, Trace
from sync.feed import FeedCard
from sync.protocol import Receipt, Verdict, VerdictKind

ITEMS = [f"0301{n:06d}" for n in range(40)]
CARDS = 120
SMALL_WAL = (8, 40, 1000)
"""Pages of WAL after which SQLite checkpoints; a station has the last one."""


def feed_of(version):
    """Return a feed that tells its version by each item and each card."""
    items = tuple(replace(make_item(code), loan_days=version + 1) for code in ITEMS)
    cards = tuple(FeedCard(f"1:{n:032x}", blocked=(n + version) % 2 == 0) for n in range(CARDS))
    return replace(make_feed(version), station_name=f"Feed {version}", items=items, cards=cards)


def told(trace):
    """Return a trace as JSON carries it."""
    lines = [[line.item, line.state, line.entry_id, line.due and line.due.isoformat()] for line in trace.lines]
    return [lines, trace.pending]


def mark(**said):
    """Put a mark into the record."""
    text = json.dumps(said).encode()
    ctypes.CDLL(None).nabolan_mark(text, ctypes.c_size_t(len(text)))


class Station:
    """One run of a station, from its start to the moment the plug is pulled."""

    def __init__(self, folder, seed, synchronous):
        self.random = random.Random(seed)
        self.path = folder / "station.db"
        self.synchronous = synchronous
        mark(starting=True)
        self.store = StationStore.open(self.path, HERE, synchronous=synchronous)
        self.store.db.conn.execute(f"PRAGMA wal_autocheckpoint={self.random.choice(SMALL_WAL)}")
        self.trace = self.store.trace()
        self.feed = self.store.feed_version
        self.known = self.store.acknowledged
        self.lent = {}
        self.seconds = 0
        self.version = self.feed
        self.loading = iter(())

    def step(self):
        """Do one thing a station does."""
        self.seconds += 1
        steps = [self.lend] * 5 + [self.take_back] * 4 + [self.refuse, self.hesitate, self.end_visit]
        steps += [self.sync, self.forget, self.get_feed, self.checkpoint, self.restart] + [self.load_feed] * 4
        self.random.choice(steps)()

    def new_id(self):
        return f"{self.random.getrandbits(128):032x}"

    def commit(self, *drafts, trace=None):
        trace = self.trace if trace is None else trace
        with_these = [draft.entry_id for draft in drafts]
        mark(doing={"entries": with_these, "trace": told(trace), "feed": self.feed, "known": self.known})
        self.store.commit(drafts, at(self.seconds), trace)
        mark(done=True)
        self.trace = trace

    def start(self):
        self.store.mark_running(running=True)
        self.commit(Draft(self.new_id(), Started("cut", unclean=True)))

    def lend(self):
        item = self.random.choice(ITEMS)
        parts = tuple((f"part-{n}", PartAnswer.HERE) for n in range(self.random.choice((0, 0, 3, 20))))
        sealed = "c" * 300 if self.random.random() < 0.2 else None
        loan = Loan(item, date(2026, 12, 6), parts, provisional=sealed is not None)
        draft = Draft(self.new_id(), loan, Personal(self.random.choice((ANNA, BERIT)), sealed))
        self.lent[item] = draft.entry_id
        line = Line(item, LineState.LENT, draft.entry_id, loan.due)
        self.commit(draft, trace=Trace((*self.trace.lines, line)))

    def take_back(self):
        item = self.random.choice(list(self.lent) or ITEMS)
        back = Draft(self.new_id(), Return(item, self.lent.pop(item, None)))
        line = Line(item, LineState.RETURNED, back.entry_id)
        drafts = [back]
        if self.random.random() < 0.5:
            said = ConditionAnswer(item, back.entry_id, self.random.choice(list(Condition)), ("part-1",))
            drafts.append(Draft(self.new_id(), said))
        self.commit(*drafts, trace=Trace((*self.trace.lines, line)))

    def refuse(self):
        self.commit(Draft(self.new_id(), Refusal("limit_reached", self.random.choice(ITEMS))))

    def hesitate(self):
        self.commit(trace=Trace(self.trace.lines, pending=self.random.choice(ITEMS)))

    def end_visit(self):
        self.commit(trace=Trace())

    def sync(self):
        waiting = self.store.waiting(self.random.randint(1, 30))
        known = waiting[-1]["seq"] if waiting else self.known
        mark(doing={"entries": [], "trace": told(self.trace), "feed": self.feed, "known": known})
        odd = tuple(Verdict(w["id"], w["seq"], VerdictKind.QUARANTINED, "odd") for w in waiting[:1])
        self.store.acknowledge(Receipt(known, odd, 0))
        mark(done=True)
        self.known = known

    def forget(self):
        mark(doing={"entries": [], "trace": told(self.trace), "feed": self.feed, "known": self.known})
        self.store.forget(at(self.seconds).wall_ms)
        mark(done=True)

    def get_feed(self):
        self.version += 1
        mark(doing={"entries": [], "trace": told(self.trace), "feed": self.version, "known": self.known})
        self.store.take_feed(feed_of(self.version))
        mark(done=True)
        self.feed = self.version

    def load_feed(self):
        """Do one step of a feed that is loaded while people lend."""
        step = next(self.loading, None)
        if step is None:
            self.version += 1
            self.loading = FeedLoad(feed_of(self.version)).steps()
            step = next(self.loading)
        mark(doing={"entries": [], "trace": told(self.trace), "feed": self.version, "known": self.known})
        step(self.store)
        self.feed = self.store.feed_version
        mark(done=True, feed=self.feed)

    def checkpoint(self):
        how = self.random.choice(("PASSIVE", "FULL", "RESTART", "TRUNCATE"))
        self.store.db.conn.execute(f"PRAGMA wal_checkpoint({how})").fetchall()

    def restart(self):
        pages = self.store.db.conn.execute("PRAGMA wal_autocheckpoint").fetchone()[0]
        self.store.close()
        self.loading = iter(())
        self.store = StationStore.open(self.path, HERE, synchronous=self.synchronous)
        self.store.db.conn.execute(f"PRAGMA wal_autocheckpoint={pages}")
        assert told(self.store.trace()) == told(self.trace)


def main():
    """Run for so many steps, then end in mid air."""
    folder, seed, steps, synchronous = sys.argv[1:]
    station = Station(Path(folder), int(seed), synchronous)
    station.start()
    for _ in range(int(steps)):
        station.step()
    os._exit(0)


if __name__ == "__main__":
    main()
