"""The agent: one thread that pushes the journal and fetches the feed whenever the hub answers.

It never touches the database: it is handed an outbox and an inbox. No answer costs nothing but time; "no" is kept
with its reason and shown; "not allowed" stops it until the station is started again. Where only the feed is not
allowed (as to the other unit of a forked journal), it still brings what waits.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from lending.errors import Damaged, NotAllowed, Refused, TryLater
from lending.times import Reading
from sync.agent.boxes import Inbox, Leftover, Outbox
from sync.agent.gently import in_the_background, read_gently
from sync.agent.heart import Heart
from sync.agent.hub_clock import HubClock, HubClockWatch
from sync.agent.identity import Identity
from sync.agent.link import HubLink, NoSuchCall
from sync.agent.sending import Answer, Call, ReadyBatch, batch_of
from sync.agent.troubles import NoAnswer, Trouble, trouble_of
from sync.feed import LONG_LISTS, feed_from_plain
from sync.feed_page import FeedPage, page_from_plain
from sync.heartbeat import Order
from sync.journal import WireEntry
from sync.protocol import MAX_BATCH_ENTRIES, Receipt, VerdictKind, receipt_from_plain

log = logging.getLogger(__name__)

_PAGES_AT_ONCE = 30
"""Pages fetched before what waits in the outbox has its turn again."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the agent tries, in seconds. Waits after no answer double from `first_wait` to `longest_wait`, each
    with full jitter down to half, so that stations do not all come back at once after a common outage.

    After `look_every` (jitter as above) without a word from the hub it is asked whether it is there. `offline_after`
    and `online_after` are how many answers of one kind in a row change what the screen says.
    """

    every: float = 15.0
    feed_every: float = 300.0
    beat_every: float = 300.0
    look_every: float = 60.0
    first_wait: float = 1.0
    longest_wait: float = 300.0
    offline_after: int = 2
    online_after: int = 2


@dataclass(frozen=True, slots=True)
class AgentState:
    """What is known of the link. `stopped` is the plain reason if the hub does not allow this station; `refused`
    the last "no"; `trouble` what keeps it from the hub while it is offline; `forked` that the hub holds two journals
    of this station, and staff must say which lives on; `heard` that it has answered this station since the start.
    """

    offline: bool = False
    stopped: str = ""
    refused: str = ""
    trouble: Trouble = Trouble.NONE
    forked: bool = False
    heard: bool = False


class Hysteresis:
    """Turns single answers into a state that does not flap.

    It starts as `offline`, because nothing has been heard yet, and believes the first answer of either kind.
    """

    def __init__(self, offline_after: int, online_after: int) -> None:
        self._needed = {True: offline_after, False: online_after}
        self._run = 0
        self._last: bool | None = None
        self.offline = True

    def heard(self, *, answer: bool) -> bool:
        """Note whether an answer came and return whether the link counts as offline."""
        silent = not answer
        first = self._last is None
        self._run = self._run + 1 if silent is self._last else 1
        self._last = silent
        if first or self._run >= self._needed[silent]:
            self.offline = silent
        return self.offline


def _nobody(_heard: HubClock) -> None:
    """Stand in for whoever wants to know the hub's time."""


class Agent:
    """Pushes and fetches on a thread of its own until stopped. `tell` gets every change of state, `hub_clock` what
    the answers say of the hub's clock where that is news. `forked` is what was last kept of that (see `Care`).
    """

    def __init__(
        self,
        link: HubLink,
        identity: Identity,
        outbox: Outbox,
        inbox: Inbox,
        read_clock: Callable[[], Reading],
        tell: Callable[[AgentState], None],
        *,
        pace: Pace | None = None,
        client: str = "nabolan",
        hub_clock: Callable[[HubClock], None] = _nobody,
        heart: Heart | None = None,
        leftovers: Sequence[Leftover] = (),
        forked: bool = False,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._link = link
        self._identity = identity
        self._outbox = outbox
        self._inbox = inbox
        self._read_clock = read_clock
        self._tell = tell
        self._pace = pace or Pace()
        self._client = client
        self._hub_clock = HubClockWatch(hub_clock)
        self._heart = heart
        self._leftovers = list(leftovers)
        self._jitter = jitter
        self._heard = Hysteresis(self._pace.offline_after, self._pace.online_after)
        self._state = AgentState(forked=forked)
        self._silent = 0
        self._until_feed = 0.0
        self._until_beat = 0.0
        self._look_after = self._pace.look_every
        self._retry_after = 0.0
        self._more = False
        self._over = False
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Begin to sync."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Stop after the call at hand."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout)
        self._link.close()

    def wake(self) -> None:
        """Try now instead of at the next turn, unless a wait after no answer is running."""
        if self._silent == 0:
            self._wake.set()

    def try_now(self) -> None:
        """Try now, also while a wait after no answer is running, and look for a newer feed."""
        self._until_feed = 0.0
        self._wake.set()

    # --- one round; also called without the thread by tests

    def push(self) -> int:
        """Send everything that waits, batch by batch; return how many entries the hub acknowledged.

        Raises TryLater, Refused or NotAllowed; what was acknowledged before stays so.
        """
        sent, no = 0, None
        for journal in (Leftover(self._identity.epoch, self._identity.key, self._outbox), *self._leftovers):
            try:
                sent += self._push(journal)
                self._leftovers = [past for past in self._leftovers if past is not journal]
            except Refused as refused:  # what another epoch has to say goes on its way all the same
                no = no or refused
        if no is not None:
            raise no
        return sent

    def _push(self, journal: Leftover) -> int:
        """Send batch by batch. The next one is made ready while the hub works on this one, and goes only if the
        hub takes this one whole.
        """
        sent, rewound, call = 0, False, None
        ready = batch_of(journal.outbox.waiting(MAX_BATCH_ENTRIES))
        try:
            while ready is not None:
                call = call or self._call(journal, ready)
                ahead = batch_of(journal.outbox.waiting(MAX_BATCH_ENTRIES, after=ready.last)) if ready.more else None
                answer, call = call.answer(), None
                receipt = self._believable(answer.receipt, ready.wires, more=ready.more)
                self._hub_clock.heard(answer.asked, answer.heard, receipt.hub_wall_ms)
                whole = receipt.acknowledged == ready.last
                if whole and ahead is not None:
                    call = self._call(journal, ahead)
                journal.outbox.acknowledge(receipt)
                first = int(ready.wires[0]["seq"])
                if receipt.acknowledged >= first:
                    sent += receipt.acknowledged - first + 1
                elif receipt.acknowledged == first - 1 or rewound:
                    raise TryLater("the hub answered but holds none of what was sent")
                else:
                    log.warning("the hub holds less than it did: what it has lost is sent again")
                    journal.outbox.rewind(receipt.acknowledged)
                    rewound = True
                ready = ahead if call is not None else batch_of(journal.outbox.waiting(MAX_BATCH_ENTRIES))
        finally:
            if call is not None:
                call.wait()
        return sent

    def _call(self, journal: Leftover, batch: ReadyBatch) -> Call:
        """Begin to send a batch; beside this thread if there is something to make ready meanwhile."""

        def ask(sent: Callable[[], None]) -> Answer:
            began = self._read_clock()
            content = batch.content(self._identity.station, journal.epoch, began, self._client, journal.key)
            said = self._link.post_content("/api/journal", content, zipped=batch.is_packed, sent=sent)
            return Answer(receipt_from_plain(said), began, self._read_clock())

        return Call(ask, aside=batch.more)

    def _believable(self, receipt: Receipt, wires: Sequence[WireEntry], *, more: bool) -> Receipt:
        """Return what the receipt says of what was sent. `more` says that entries behind these may have been sent
        before: a hub that kept them beyond a gap holds them too once these fill it. They are sent again all the same.

        Raises TryLater for a receipt that speaks of entries never sent: it is somebody else's answer.
        """
        last = int(wires[-1]["seq"])
        if receipt.acknowledged > last and not more:
            if any(verdict.kind is VerdictKind.CONFLICT for verdict in receipt.verdicts):
                raise Refused("the hub holds another journal of this station; everything is kept")
            raise TryLater("the hub acknowledges more than this station ever sent")
        ours = {wire["id"] for wire in wires}
        if any(verdict.entry_id not in ours for verdict in receipt.verdicts):
            raise TryLater("the hub's verdicts are about other entries")
        return replace(receipt, acknowledged=min(receipt.acknowledged, last))

    def fetch(self) -> bool:
        """Fetch the feed if there is a newer one; return whether there was. Raises like `push`."""
        with in_the_background():
            return self._fetch()

    def _fetch(self) -> bool:
        try:
            return self._fetch_pages()
        except NoSuchCall:
            return self._fetch_whole()

    def _fetch_pages(self) -> bool:
        """Fetch page by page, but not all of a long feed at once: entries that wait are sent in between."""
        new, self._more = False, False
        for _ in range(_PAGES_AT_ONCE):
            asked = self._inbox.feed_cursor()
            answer = self._link.get(f"/api/feed/changes?cursor={asked}")
            if answer is None:
                self._confirm(known=bool(asked))
                return new
            page = self._read_page(answer, asked)
            self._inbox.take_page(asked, page)
            new = new or not page.is_empty
            if not page.more or self._stopping.is_set():
                return new
        self._more = True
        return new

    def _read_page(self, answer: object, asked: str) -> FeedPage:
        page = page_from_plain(answer)
        if page.head is not None and page.head.station != self._identity.station:
            raise Refused("the feed is for another station")
        if page.more and page.cursor == asked:
            raise Refused("the feed goes round in circles")
        if page.odd:
            log.warning("sync: %s things of the feed cannot be understood and are left out", page.odd)
        return page

    def _fetch_whole(self) -> bool:
        """Fetch the feed in one piece from a hub of before there were pages; return whether there was a newer one."""
        known = 0 if self._inbox.feed_cursor() else self._inbox.feed_version()
        answer = self._link.get(f"/api/feed?known={known}", lambda raw: read_gently(raw, LONG_LISTS))
        if answer is None:
            self._confirm(known=known > 0)
            return False
        feed = feed_from_plain(answer)
        if feed.station != self._identity.station:
            raise Refused("the feed is for another station")
        self._inbox.leave_pages()
        self._inbox.take_feed(feed)
        return True

    def _confirm(self, *, known: bool) -> None:
        """A feed the hub has nothing newer for is as young as that answer."""
        heard_ms = self._link.heard_ms
        if known and heard_ms is not None:
            self._inbox.confirm_feed(heard_ms)

    def _look_if_due(self) -> None:
        """Ask whether the hub is there if it has said nothing for a while: the screen tells whether it is."""
        if time.monotonic() - self._link.heard_at < self._look_after:
            return
        with suppress(Refused):  # that is an answer too
            self._link.get("/api/health")
        self._look_after = self._pace.look_every * (0.5 + self._jitter() / 2)

    def round(self) -> None:
        """Push, fetch if it is time, and note what the answer says of the link.

        A "no" to the one does not hold up the other.
        """
        pushing = True
        try:
            refused = self._no_to(self.push)
            pushing = False
            if self._until_feed <= 0 and not self._state.stopped:
                refused = self._no_to(self.fetch) or refused
                self._until_feed = 0.0 if self._more else self._pace.feed_every
            if not self._state.stopped:
                self._look_if_due()
            self._answered(refused)
            self._beat_if_due()
        except TryLater as silence:
            self._unanswered(silence)
        except Damaged as damage:
            log.error("sync waits: %s", damage)  # noqa: TRY400 - the desk tells it too, with what to do
            self._silent += 1
        except NotAllowed as stop:
            if pushing or not self._state.stopped:
                log.error("sync stopped: %s; the journal is kept", stop)  # noqa: TRY400 - the trace says nothing more
            self._over = pushing
            self._change(replace(self._state, stopped=str(stop)))

    def _beat_if_due(self) -> None:
        if self._heart is None or self._until_beat > 0:
            return
        self._until_beat = self._pace.beat_every
        began = self._read_clock()
        reply = self._heart.beat()
        if reply is None:
            return
        if not reply.orders:  # what was ordered has been done meanwhile, and took its time
            self._hub_clock.heard(began, self._read_clock(), reply.hub_wall_ms)
        if Order.FETCH in reply.orders:
            self._until_feed = 0.0
        if reply.held is not None:
            self._outbox.rewind(reply.held)
        forked = self._heart.forked(reply, before=self._state.forked)
        self._change(replace(self._state, forked=forked))
        self._heart.keep_forked(forked=forked)

    def _no_to(self, call: Callable[[], object]) -> str:
        """Return the hub's "no" to `call`, or "" if it did not say so."""
        try:
            call()
        except Refused as no:
            log.warning("sync: %s", no)
            return str(no)
        return ""

    def _answered(self, refused: str) -> None:
        self._silent, self._retry_after = 0, 0.0
        offline = self._heard.heard(answer=True)
        trouble = self._state.trouble if offline else Trouble.NONE
        self._change(replace(self._state, offline=offline, refused=refused, trouble=trouble, heard=True))

    def _unanswered(self, silence: TryLater) -> None:
        self._silent += 1
        if self._silent == 1:
            log.info("sync: %s; will try again", silence)
        self._retry_after = silence.retry_after if isinstance(silence, NoAnswer) else 0.0
        offline = self._heard.heard(answer=False)
        self._change(replace(self._state, offline=offline, trouble=trouble_of(silence) if offline else Trouble.NONE))

    def _change(self, state: AgentState) -> None:
        if state != self._state:
            self._state = state
            self._tell(state)

    def _wait_seconds(self) -> float:
        if self._silent:
            doubled = self._pace.first_wait * 2 ** min(self._silent - 1, 16)
            wait = float(min(self._pace.longest_wait, doubled) * (0.5 + self._jitter() / 2))
            return max(wait, self._retry_after * (1 + self._jitter() / 4))
        if self._more:
            return 0.0
        if self._heard.offline:
            return self._pace.first_wait
        return self._pace.every

    def _run(self) -> None:
        while not self._stopping.is_set() and not self._over:
            try:
                self.round()
            except Exception:
                log.exception("sync: a round broke; nothing is lost, it goes on")
                self._silent += 1
            began = time.monotonic()
            self._wake.wait(self._wait_seconds())
            self._wake.clear()
            waited = time.monotonic() - began
            self._until_feed -= waited
            self._until_beat -= waited
