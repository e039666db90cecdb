"""The agent against a hub that answers well, badly, half, or not at all."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import scripted_hub as hub_that
from support.agents import IDENTITY, WIRES, Station
from support.journals import MemoryBoxes, loans
from support.library import HERE, make_feed
from support.strategies import many
from support.waiting import until

from lending.errors import Damaged, NotAllowed, Refused, TryLater
from sync.agent import link as link_module
from sync.agent.agent import Agent, AgentState, Hysteresis, Pace
from sync.agent.boxes import Leftover
from sync.agent.link import HubLink
from sync.feed import feed_to_plain
from sync.journal import Place, check_chain, signature_holds
from sync.protocol import MAX_BATCH_ENTRIES, Receipt

AT_ONCE = Pace(every=0.01, feed_every=0.0, first_wait=0.01, longest_wait=0.02)


def lost_entries(agent, boxes, hub):
    """Push until all is sent or the hub is silent; return how many entries the station dropped and the hub lacks."""
    for _ in range(5):
        try:
            agent.push()
        except (TryLater, Refused, NotAllowed):
            continue
    return max(0, boxes.dropped - hub.prefix)


BAD_ANSWERS = {
    "later": (hub_that.says(500), TryLater),
    "busy": (hub_that.says(429), TryLater),
    "half an answer": (hub_that.half_an_answer, TryLater),
    "no answer": (hub_that.taken_but_unanswered, TryLater),
    "no HTTP": (hub_that.raw(b"\x00\xff nonsense\r\n\r\n"), TryLater),
    "endless header": (hub_that.raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"), TryLater),
    "no JSON": (hub_that.says(200, b"<html>welcome to the hotel</html>"), TryLater),
    "no text": (hub_that.says(200, b"\xff\xfe\x00"), TryLater),
    "endless nesting": (hub_that.says(200, b"[" * 200_000), TryLater),
    "empty": (hub_that.says(200), TryLater),
    "no packed data": (hub_that.says(200, b"not gzip", Content_Encoding="gzip"), TryLater),
    "something else": (hub_that.says(200, b'{"acknowledged": 7}'), TryLater),
    "a number beyond all": (hub_that.says(200, b'{"acknowledged":7,"verdicts":[],"hub_wall_ms":1e999}'), TryLater),
    "not modified": (hub_that.says(304), TryLater),
    "foreign receipt": (hub_that.foreign_receipt, TryLater),
    "too much acknowledged": (hub_that.too_much_acknowledged, TryLater),
    "nothing acknowledged": (hub_that.nothing_acknowledged, TryLater),
    "a login page": (hub_that.says(302, b"{}", Location="http://login.example/"), TryLater),
    "a redirect without place": (hub_that.says(302, b"{}"), TryLater),
    "bad request": (hub_that.says(400), Refused),
    "too large": (hub_that.says(413), Refused),
    "accepted, but no receipt": (hub_that.says(204), Refused),
    "a proxy that wants a login": (hub_that.says(401, b"<html>who are you?</html>"), TryLater),
    "a proxy that forbids": (hub_that.says(403), TryLater),
    "a proxy that forbids in JSON": (hub_that.says(403, b'{"error": "blocked"}'), TryLater),
    "unknown token": (hub_that.does_not_allow(401), NotAllowed),
    "not allowed": (hub_that.does_not_allow(403), NotAllowed),
}


def test_a_hub_that_kept_the_end_of_a_long_journal_gets_its_beginning(hub):
    """A hub restored from an older copy may hold the newest entries beyond a gap. Filling it acknowledges more than
    one batch had, and all is sent.
    """
    wires = loans(MAX_BATCH_ENTRIES + 20)
    station = Station(hub.url, wires)
    hub.take({"entries": wires[-30:]})
    station.agent.push()
    station.link.close()
    assert (station.boxes.dropped, hub.prefix) == (len(wires), len(wires))


@pytest.mark.parametrize(("answer", "error"), BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_a_bad_answer_drops_nothing(station, hub, answer, error):
    """After any bad answer nothing is dropped, the journal is whole, and the next good answer takes it all."""
    hub.answers = [answer]
    with pytest.raises(error):
        station.agent.push()
    assert station.boxes.dropped == 0
    assert station.boxes.is_whole()
    station.agent.push()
    assert station.boxes.dropped == hub.prefix == len(WIRES)
    assert [hub.held[seq] for seq in sorted(hub.held)] == WIRES


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            b'{"problem": "the code is older than 24 hours", "what_now": "x"}',
            "(400: the code is older than 24 hours)",
        ),
        (b'{"problem": "two\\nlines"}', "(400)"),
        (b'{"problem": "' + b"x" * 201 + b'"}', "(400)"),
        (b'{"problem": 7}', "(400)"),
        (b"[1]", "(400)"),
        (b"<html>", "(400)"),
        (b"", "(400)"),
    ],
)
def test_a_no_is_told_in_the_words_of_the_hub(station, hub, body, said):
    """A "no" carries the hub's own words if they are one short line, else its number alone."""
    hub.answers = [hub_that.says(400, body)]
    with pytest.raises(Refused) as caught:
        station.agent.push()
    assert said in str(caught.value)


def test_a_certificate_file_that_is_not_there_is_named(tmp_path):
    """Without the file of the hub's certificate no call is made; it is no answer, and the setting is named."""
    link = HubLink("https://127.0.0.1:9", ca_file=str(tmp_path / "none.pem"))
    with pytest.raises(TryLater, match="ca_file"):
        link.get("/api/feed")
    link.close()


@pytest.mark.parametrize(("address", "token"), [("", "two\nlines"), ("ftp://127.0.0.1", ""), ("http://[", "")])
def test_what_cannot_be_called_is_no_answer(hub, address, token):
    """A token or an address that no call can be made with ends no station: it tries later, as without a network."""
    link = HubLink(address or hub.url, token)
    with pytest.raises(TryLater):
        link.get("/api/feed")
    link.close()
    assert hub.calls == []


def test_an_answer_without_end_is_given_up(station, hub, monkeypatch):
    """An answer longer than any feed is given up, and is no answer."""
    monkeypatch.setattr(link_module, "MAX_ANSWER_BYTES", 1_000_000)
    hub.answers = [hub_that.huge_answer]
    with pytest.raises(TryLater, match="too long"):
        station.agent.push()
    assert station.agent.push() == len(WIRES)


def test_a_hub_that_is_too_slow_is_no_answer(station, hub, monkeypatch):
    """A hub that takes the batch but does not answer in time gets it again, and nothing is doubled."""
    monkeypatch.setattr(link_module, "READ_SECONDS", 0.1)
    hub.answers = [hub_that.slow(0.4)]
    with pytest.raises(TryLater):
        station.agent.push()
    assert station.boxes.dropped == 0
    monkeypatch.setattr(link_module, "READ_SECONDS", 5.0)
    station.agent.push()
    assert hub.prefix == station.boxes.dropped == len(WIRES)


@pytest.mark.parametrize("status", [200, 400])
def test_an_answer_that_trickles_is_given_up(station, hub, status, monkeypatch):
    """An answer that comes byte by byte, never silent for long, is no answer; the batch is sent again."""
    monkeypatch.setattr(link_module, "ANSWER_SECONDS", 0.2)
    hub.answers = [hub_that.trickles(status, 0.02)]
    began = time.monotonic()
    with pytest.raises(TryLater, match="too slowly"):
        station.agent.push()
    assert time.monotonic() - began < 5
    assert station.boxes.dropped == 0
    assert station.agent.push() == len(WIRES)


def test_a_long_answer_may_take_its_time(station, hub, monkeypatch):
    """What comes steadily gets a second more for every so many bytes."""
    monkeypatch.setattr(link_module, "ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(link_module, "SLOWEST_BYTES", 10)
    hub.answers = [hub_that.slow_words(0.02)]
    assert station.agent.push() == len(WIRES)


def test_nobody_there_is_no_answer():
    """A hub that cannot be reached is no answer."""
    with pytest.raises(TryLater):
        Station("http://127.0.0.1:1").agent.push()


def test_half_a_batch_taken_is_half_a_batch_dropped(station, hub):
    """What the hub holds of a batch is dropped, the rest is sent again."""
    hub.answers = [hub_that.first_half_taken]
    assert station.agent.push() == len(WIRES)
    sent = [[wire["seq"] for wire in batch["entries"]] for _, _, batch in hub.calls]
    assert sent == [[1, 2, 3, 4, 5, 6, 7], [4, 5, 6, 7]]


def test_a_batch_is_signed_and_says_who_sends_it(station, hub):
    """Every batch carries station, epoch, clock, client and a signature that holds."""
    station.agent.push()
    (_, path, batch) = hub.calls[0]
    assert path == "/api/journal"
    assert (batch["station"], batch["epoch"], batch["client"]) == (HERE, 1, "nabolan")
    assert signature_holds(batch, IDENTITY.key.public_key().public_bytes_raw())
    assert check_chain(batch["entries"], Place(HERE, 1)) is None


def test_a_long_journal_goes_in_batches_the_hub_takes(hub):
    """A journal of heavy entries goes in several batches, in order, and whole."""
    station = Station(hub.url, loans(300, parts=30))
    assert station.agent.push() == 300
    assert len(hub.calls) > 1
    assert hub.repeated == 0
    station.link.close()


LONG = 2 * MAX_BATCH_ENTRIES + 50
SECONDS_OF_HUB = 0.3


class WatchedBoxes(MemoryBoxes):
    """Notes who asks for what, and how far the hub was then."""

    def __init__(self, wires, hub, *, breaks_at=None):
        super().__init__(wires)
        self.hub, self.breaks_at = hub, breaks_at
        self.ahead = self.too_early = 0
        self.threads = set()

    def waiting(self, limit, *, after=0):
        self.threads.add(threading.current_thread())
        self.ahead += after > self.hub.prefix
        if after == self.breaks_at:
            raise Damaged("the disk is full")
        return super().waiting(limit, after=after)

    def acknowledge(self, receipt):
        self.threads.add(threading.current_thread())
        self.too_early += receipt.acknowledged > self.hub.prefix
        super().acknowledge(receipt)


def watched(hub, kind=Agent, **boxes):
    station = Station(hub.url)
    station.boxes = WatchedBoxes(loans(LONG), hub, **boxes)
    station.agent = station.make(kind, Pace())
    return station


def test_the_next_batch_is_made_ready_while_the_hub_works(hub):
    """It is read before the hub has the one before; boxes are touched by one thread only; all goes once, in order."""
    hub.answers = [hub_that.slow(SECONDS_OF_HUB)] * 2
    station = watched(hub)
    assert station.agent.push() == LONG
    assert [len(batch["entries"]) for _, _, batch in hub.calls] == [500, 500, 50]
    assert (station.boxes.ahead, station.boxes.too_early) == (2, 0)
    assert station.boxes.threads == {threading.current_thread()}
    assert (station.boxes.dropped, hub.prefix, hub.repeated) == (LONG, LONG, 0)
    station.link.close()


OTHER_ANSWERS = [hub_that.first_half_taken, hub_that.says(500), hub_that.half_an_answer, hub_that.foreign_receipt]


def gaps_met(kind, hub):
    """Return how often a batch came to the hub that does not follow what it holds, while it answers badly."""
    gaps = []

    def note(answer):
        def play(handler, hub, batch):
            gaps.append(batch["entries"][0]["seq"] > hub.prefix + 1)
            answer(handler, hub, batch)

        return play

    hub.answers = [note(answer) for answer in [*OTHER_ANSWERS, *[hub_that.receipt] * 9]]
    station = watched(hub, kind)
    while station.boxes.dropped < LONG and hub.answers:
        try:
            station.agent.push()
        except TryLater:
            continue
    station.link.close()
    return sum(gaps)


class SendsWhatItHas(Agent):
    """Planted defect: what was made ready goes out whatever the hub said of the batch before it."""

    def _believable(self, receipt, wires, **_):
        return Receipt(int(wires[-1]["seq"]), (), receipt.hub_wall_ms)


def test_what_was_made_ready_is_thrown_away_after_any_other_answer(hub):
    """Nothing is sent beyond what the hub says it holds."""
    assert gaps_met(Agent, hub) == 0
    assert hub.prefix == LONG


def test_an_agent_that_sends_what_it_made_ready_is_caught(hub):
    """The check notices batches that come before their turn."""
    assert gaps_met(SendsWhatItHas, hub) > 0


def test_a_call_is_over_before_a_push_breaks_off(hub):
    """When the journal cannot be read meanwhile, the line is free again before anybody hears of it."""
    hub.answers = [hub_that.slow(SECONDS_OF_HUB)]
    station = watched(hub, breaks_at=MAX_BATCH_ENTRIES)
    with pytest.raises(Damaged):
        station.agent.push()
    assert hub.prefix == MAX_BATCH_ENTRIES
    assert not [thread for thread in threading.enumerate() if thread.name == "sync-call"]
    station.boxes.breaks_at = None
    assert station.agent.push() == LONG
    station.link.close()


def test_with_nothing_to_say_the_hub_is_not_called(hub):
    """An empty outbox calls nobody."""
    station = Station(hub.url, [])
    assert station.agent.push() == 0
    assert hub.calls == []
    station.link.close()


class TrustsWhatItSent(Agent):
    """Planted defect: takes any receipt for the whole batch, as if the hub acknowledged max(seq)."""

    def _believable(self, _receipt, wires, **_):
        return Receipt(int(wires[-1]["seq"]), (), 0)


def losing_answers():
    return [hub_that.first_half_taken, hub_that.says(500), hub_that.nothing_acknowledged, hub_that.foreign_receipt]


def test_nothing_is_dropped_that_the_hub_lacks(station, hub):
    """Whatever the hub answers, the station never drops an entry the hub does not hold."""
    hub.answers = losing_answers()
    assert lost_entries(station.agent, station.boxes, hub) == 0
    assert hub.prefix == len(WIRES)


def test_a_planted_max_seq_is_caught(station, hub):
    """The check notices an agent that takes a receipt for the whole batch it sent."""
    hub.answers = losing_answers()
    hub.answer = hub_that.says(500)
    assert lost_entries(station.make(TrustsWhatItSent, Pace()), station.boxes, hub) > 0


# --- earlier epochs


def test_a_no_to_one_epoch_does_not_hold_up_another(hub):
    """When the hub refuses a batch of the present epoch, what an earlier one has left is brought all the same."""
    station = Station(hub.url)
    past = MemoryBoxes(WIRES[:3])
    station.agent._leftovers = [Leftover(0, IDENTITY.key, past)]
    took = []

    def refuses_the_present(handler, hub, batch):
        if batch is None or batch["epoch"] == 0:
            took.append(batch)
            return hub_that.receipt(handler, hub, batch)
        return hub_that.says(400)(handler, hub, batch)

    hub.answer = refuses_the_present
    for _ in range(2):
        with pytest.raises(Refused):
            station.agent.push()
    assert (past.dropped, station.boxes.dropped, len(took)) == (3, 0, 1)
    station.link.close()


# --- rounds


def test_an_idle_station_notices_soon_that_the_hub_is_gone(hub, line):
    """With nothing to send and no feed due the hub is still asked now and then whether it is there."""
    pace = Pace(every=0.01, feed_every=300, beat_every=300, look_every=0.1, first_wait=0.01, longest_wait=0.02)
    station = Station(f"http://127.0.0.1:{line.port}", [], pace)
    station.agent.start()
    until(lambda: hub.calls)
    line.cut()
    until(lambda: station.states and station.states[-1].offline)
    line.mend()
    until(lambda: not station.states[-1].offline)
    station.agent.stop()


def test_a_station_that_talks_to_the_hub_does_not_look_for_it(station, hub):
    """Whoever has just had an answer asks nothing more."""
    station.agent.round()
    station.agent.round()
    assert "/api/health" not in [path for _, path, _ in hub.calls]


def test_not_allowed_stops_the_agent_and_keeps_the_journal(hub):
    """A token that is not allowed stops the agent, says so, and loses nothing."""
    station = Station(hub.url, pace=AT_ONCE)
    hub.answer = hub_that.does_not_allow(401)
    station.agent.start()
    until(lambda: station.states and station.states[-1].stopped)
    calls = len(hub.calls)
    assert "401" in station.states[-1].stopped
    station.agent.wake()
    assert station.boxes.dropped == 0
    station.agent.stop()
    assert len(hub.calls) == calls == 1


def test_where_only_the_feed_is_not_allowed_what_waits_is_still_brought(hub):
    """The other unit of a forked journal is shut out but for its journal: what is returned there later still arrives,
    and the feed is not asked for again.
    """

    def journal_only(handler, hub, batch):
        (hub_that.receipt if batch is not None else hub_that.does_not_allow(401))(handler, hub, batch)

    station = Station(hub.url, pace=AT_ONCE)
    late = station.boxes.journal[3:]
    del station.boxes.journal[3:]
    hub.answer = journal_only
    station.agent.start()
    until(lambda: station.states and station.states[-1].stopped)
    station.boxes.journal += late
    station.agent.wake()
    until(lambda: station.boxes.dropped == len(WIRES))
    station.agent.stop()
    assert "401" in station.states[-1].stopped
    assert [method for method, _, _ in hub.calls].count("GET") == 1


def test_a_damaged_outbox_waits(station):
    """An outbox that cannot be read makes the agent wait; it neither stops nor counts as offline."""

    def damaged(_limit):
        raise Damaged("the disk is gone")

    station.boxes.waiting = damaged
    station.agent.round()
    assert station.states == []
    assert station.agent._wait_seconds() > 0.5


def test_through_a_bad_day_everything_arrives_once(hub):
    """A running agent gets everything through a row of bad answers by itself, in order, and says how it goes."""
    station = Station(hub.url, pace=AT_ONCE)
    hub.feed = feed_to_plain(make_feed(2))
    hub.answers = [a for a, error in BAD_ANSWERS.values() if error is not NotAllowed]
    station.agent.start()
    until(lambda: station.boxes.dropped == len(WIRES) and station.boxes.feed and not station.agent._heard.offline)
    station.agent.stop()
    assert station.states[-1] == AgentState(heard=True)
    assert any(state.offline for state in station.states)
    assert [hub.held[seq] for seq in sorted(hub.held)] == WIRES


# --- pace


@many
@given(st.integers(1, 200), st.floats(0, 1))
def test_waits_double_up_to_the_longest_with_jitter(silent, jitter):
    """The wait after so many silences lies between half and the whole of a doubling, bounded time."""
    pace = Pace(first_wait=1.0, longest_wait=300.0)
    agent = Agent(None, IDENTITY, None, None, None, None, pace=pace, jitter=lambda: jitter)
    agent._silent = silent
    full = min(300.0, 2.0 ** min(silent - 1, 16))
    assert full / 2 <= agent._wait_seconds() <= full


@many
@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(1, 5), st.integers(1, 5))
def test_single_answers_do_not_flap(answers, offline_after, online_after):
    """The first answer is believed; after it, only a row of answers of one kind changes the state."""
    heard = Hysteresis(offline_after, online_after)
    states = [heard.heard(answer=answer) for answer in answers]
    assert states[0] is not answers[0]
    for place in range(1, len(answers)):
        if states[place] is not states[place - 1]:
            needed = offline_after if states[place] else online_after
            row = answers[max(0, place - needed + 1) : place + 1]
            assert set(row) == {not states[place]}
            assert len(row) == needed or place < needed


def test_one_good_answer_among_bad_ones_stays_offline():
    """One good answer among bad ones does not end offline; two in a row do."""
    heard = Hysteresis(2, 2)
    assert [heard.heard(answer=a) for a in (False, True, False, True, True)] == [True, True, True, True, False]
