"""What station and hub say to each other."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.journals import loans
from support.library import ITEMS, make_feed
from support.plain import through_json
from support.strategies import LARGE, half_pairs, ids, json_values, many, some

from lending.errors import Refused, TryLater
from lending.nouns import Rules
from sync.feed import feed_from_plain, feed_to_plain, item_from_plain, item_to_plain, rules_from_plain
from sync.journal import canonical
from sync.protocol import (
    MAX_BATCH_BYTES,
    MAX_BATCH_ENTRIES,
    MAX_REASON,
    Enrolment,
    Receipt,
    Verdict,
    VerdictKind,
    fitting,
    receipt_from_plain,
    receipt_to_plain,
)

verdicts = st.builds(
    Verdict,
    entry_id=ids,
    seq=st.integers(0, LARGE),
    kind=st.sampled_from(VerdictKind),
    reason=st.text(max_size=MAX_REASON),
)
receipts = st.builds(
    Receipt,
    acknowledged=st.integers(0, LARGE),
    verdicts=st.lists(verdicts, max_size=3).map(tuple),
    hub_wall_ms=st.integers(0, LARGE),
)
hostile = json_values | half_pairs | st.just(float("inf")) | st.just(2**70) | st.just(-1)


@many
@given(receipts)
def test_a_receipt_comes_back_as_it_was(receipt):
    """Any receipt is the same after a trip through JSON."""
    assert receipt_from_plain(through_json(receipt_to_plain(receipt))) == receipt


@many
@given(st.data())
def test_what_is_no_receipt_is_no_answer(data):
    """Whatever an answer holds, it is a receipt or counts as no answer."""
    receipt = receipt_to_plain(data.draw(receipts))
    target = receipt["verdicts"][0] if receipt["verdicts"] and data.draw(st.booleans()) else receipt
    target[data.draw(st.sampled_from(sorted(target)))] = data.draw(hostile)
    try:
        read = receipt_from_plain(receipt)
    except TryLater:
        return
    assert read.acknowledged >= 0
    json.dumps(receipt_to_plain(read), ensure_ascii=False).encode()


@pytest.mark.parametrize("answer", [None, [], "ok", 1, {}, {"acknowledged": True, "verdicts": [], "hub_wall_ms": 0}])
def test_an_empty_answer_is_no_answer(answer):
    """Nothing, or something that is no receipt, counts as no answer."""
    with pytest.raises(TryLater):
        receipt_from_plain(answer)


def test_a_token_never_shows():
    """An enrolment does not show its keys and token."""
    assert repr(Enrolment("s1", "token", 1, "k", 1, "h")) == "Enrolment(station='s1')"


def test_a_batch_holds_no_more_than_the_hub_takes():
    """Of a long row of entries as many go into a batch as number and bytes allow, in order."""
    assert fitting([]) == []
    assert len(fitting(loans(1) * 900)) == MAX_BATCH_ENTRIES
    heavy = loans(200, parts=40)
    batch = fitting(heavy)
    assert batch == heavy[: len(batch)]
    assert 0.9 * MAX_BATCH_BYTES < len(canonical(batch)) <= MAX_BATCH_BYTES


def test_an_entry_too_heavy_for_any_batch_goes_alone():
    """An entry that alone is too much still goes, so that the hub can say what it thinks of it."""
    (wire,) = loans(1)
    heavy = wire | {"body": {"item": "x" * MAX_BATCH_BYTES}}
    assert fitting([heavy, wire]) == [heavy]


# --- feed


@some
@given(st.integers(0, LARGE), st.integers(0, 100), st.integers(1, 86400), st.text(max_size=40))
def test_a_feed_comes_back_as_it_was(version, limit, seconds, words):
    """A feed is the same after a trip through JSON."""
    rules = Rules(version=version, loan_limit=limit, idle_seconds=seconds, phone=words)
    feed = make_feed(version, rules=rules)
    assert feed_from_plain(through_json(feed_to_plain(feed))) == feed


@many
@given(st.data())
def test_what_is_no_feed_is_refused(data):
    """Whatever is replaced wherever in a feed, it is read into one that can be kept, or refused."""
    target = feed = through_json(feed_to_plain(make_feed()))
    while isinstance(target, dict | list) and target:
        key = data.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else range(len(target))))
        if not isinstance(target[key], dict | list) or not target[key] or data.draw(st.integers(0, 3)) == 0:
            target[key] = data.draw(hostile)
            break
        target = target[key]
    try:
        read = feed_from_plain(feed)
    except Refused:
        return
    json.dumps(feed_to_plain(read), ensure_ascii=False).encode()
    assert feed_from_plain(feed_to_plain(read)) == read


@pytest.mark.parametrize("feed", [None, [], "feed", {}, 7, {"version": float("inf")}])
def test_a_feed_that_is_none_is_refused(feed):
    """A thing that is no feed at all is refused."""
    with pytest.raises(Refused):
        feed_from_plain(feed)


@pytest.mark.parametrize("part", ["items", "categories", "cards"])
def test_nothing_stands_in_a_feed_twice(part):
    """A feed with the same item, category or card twice is refused."""
    feed = feed_to_plain(make_feed())
    feed[part].append(feed[part][0])
    with pytest.raises(Refused, match="twice"):
        feed_from_plain(feed)


@pytest.mark.parametrize(
    ("name", "value"),
    [("idle_seconds", 0), ("idle_seconds", "60"), ("loan_limit", -1), ("loan_limit", True), ("time_zone", 1)],
)
def test_rules_no_visit_could_live_with_are_refused(name, value):
    """A rule of the wrong type or size is refused, before it spoils every visit."""
    with pytest.raises((TypeError, ValueError)):
        rules_from_plain({name: value})


def test_rules_that_are_not_named_keep_their_values():
    """A hub that knows fewer rules, or more, than the station is understood."""
    assert rules_from_plain({"loan_limit": 2, "of the future": 1}) == Rules(loan_limit=2)


@pytest.mark.parametrize("days", [0, -1, 10**9, "14", 1.5])
def test_an_item_that_cannot_be_lent_is_refused(days):
    """An item with a loan time no date can be made of is refused."""
    with pytest.raises((TypeError, ValueError)):
        item_from_plain(item_to_plain(ITEMS[0]) | {"loan_days": days})
