"""The feed in its second form, its first form, and read piece by piece."""

import gc
import json
import sys
from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.library import ANNA, BERIT, BLOCKED, make_feed
from support.plain import through_json
from support.strategies import json_values, many, some

from lending.errors import Refused
from lending.nouns import AgeStep, Hold, Item, ItemState, Part, PatronRule, PinRule, RiskClass, Rules, Text
from sync.agent import gently
from sync.agent.gently import in_the_background, read_gently
from sync.feed import (
    LONG_LISTS,
    FeedCard,
    card_from_plain,
    card_to_plain,
    feed_from_plain,
    feed_to_plain,
    hold_from_plain,
    hold_to_plain,
    item_from_plain,
    item_to_plain,
    rules_from_plain,
    rules_to_plain,
)

words = st.text(max_size=12)
days = st.dates()
figures = st.integers(0, 1000)
texts = st.dictionaries(st.sampled_from(["nb", "en", "se"]), words, max_size=3).map(Text.of)
parts = st.builds(
    Part, part_id=words, name=texts, essential=st.booleans(), drawing=st.none() | words, quantity=st.integers(1, 9)
)
items = st.builds(
    Item,
    code=words, thing=words, name=texts, definite=texts, category=words, home=words,
    loan_days=st.integers(1, 400), yours=texts, parts=st.lists(parts, max_size=3).map(tuple),
    risk_class=st.sampled_from(RiskClass), drawing=words, tint=words, shelf=words, buy_kroner=st.none() | figures,
    min_age=st.integers(0, 100), training=words, state=st.sampled_from(ItemState), inspect_by=st.none() | days,
    stays_home=st.booleans(), consumables=st.lists(texts, max_size=2).map(tuple),
)  # fmt: skip
cards = st.builds(
    FeedCard,
    patron_ref=words, blocked=st.booleans(), expires=st.none() | days, category=words,
    age_from=st.none() | st.integers(0, 100), trainings=st.frozensets(words, max_size=3), staff=st.booleans(),
)  # fmt: skip
holds = st.builds(
    Hold, hold_id=words, thing=words, patron_ref=words, until=days, item=st.none() | words, code_hash=words
)
patron_rules = st.builds(PatronRule, loan_limit=st.none() | figures, risk_class=st.sampled_from(RiskClass))
age_steps = st.builds(AgeStep, after_hours=figures, loan_limit=figures, class_c=st.booleans())
classes = st.lists(st.sampled_from(RiskClass), max_size=3).map(tuple)
rules = st.builds(
    Rules,
    version=figures, loan_limit=figures, provisional_limit=figures, provisional_class=st.sampled_from(RiskClass),
    kind_limits=st.dictionaries(words, figures, max_size=3).map(lambda d: tuple(d.items())),
    patron_rules=st.dictionaries(words, patron_rules, max_size=3).map(lambda d: tuple(d.items())),
    age_steps=st.lists(age_steps, max_size=3).map(tuple),
    closed_weekdays=st.lists(st.integers(0, 6), max_size=7).map(tuple),
    closed_days=st.lists(days, max_size=3).map(tuple), renewals=figures, free_at_once=classes, staff_check=classes,
    pin=st.sampled_from(PinRule), pin_keep_days=figures, retention_days=figures, hold_days=figures,
    idle_seconds=st.integers(1, 900), done_seconds=st.integers(1, 900), done_more_seconds=figures,
    phone=words, time_zone=words,
)  # fmt: skip


@some
@given(items, cards, holds, rules)
def test_everything_in_a_feed_comes_back_as_it_was(item, card, hold, rule):
    """Items, cards, holds and rules are the same after a trip through JSON, every field of them."""
    assert item_from_plain(through_json(item_to_plain(item))) == item
    assert card_from_plain(through_json(card_to_plain(card))) == card
    assert hold_from_plain(through_json(hold_to_plain(hold))) == hold
    assert rules_from_plain(through_json(rules_to_plain(rule))) == rule


def test_every_rule_is_in_the_feed():
    """No rule is forgotten on the way to the stations."""
    assert set(rules_to_plain(Rules())) == {field.name for field in fields(Rules)}


OLD_ITEM = {
    "code": "1", "thing": "drill", "name": {"nb": "drill"}, "definite": {"nb": "drillen"}, "yours": {"nb": "din"},
    "category": "tools", "home": "s1", "loan_days": 14, "risk_class": "A", "drawing": "", "tint": "", "shelf": "",
    "buy_kroner": None, "parts": [{"id": "p", "name": {"nb": "del"}, "essential": True, "drawing": None}],
}  # fmt: skip
OLD_FEED = {
    "version": 4, "made_ms": 1, "station": {"id": "s1", "name": "S1"}, "categories": [], "items": [OLD_ITEM],
    "cards": [{"ref": ANNA, "blocked": False}, {"ref": BLOCKED, "blocked": True}],
    "rules": {"version": 4, "loan_limit": 5, "provisional_limit": 1, "idle_seconds": 60, "done_seconds": 8,
              "done_more_seconds": 4, "phone": "1", "time_zone": "Europe/Oslo"},
}  # fmt: skip


def test_a_feed_of_the_first_form_is_read():
    """A hub that knows nothing of ages, holds and PINs is understood; what it does not say has its built-in value."""
    feed = feed_from_plain(OLD_FEED)
    assert feed.cards == (FeedCard(ANNA), FeedCard(BLOCKED, blocked=True))
    assert feed.holds == ()
    assert feed.rules == Rules(version=4, phone="1")
    assert (feed.items[0].state, feed.items[0].min_age, feed.items[0].parts[0].quantity) == (ItemState.OK, 0, 1)


def test_a_plain_card_takes_no_more_room_than_before():
    """A card with nothing special about it is two fields, for there may be half a million."""
    assert card_to_plain(FeedCard(ANNA)) == {"ref": ANNA, "blocked": False}


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("cards", {"expires": "soon"}),
        ("cards", {"expires": 7}),
        ("cards", {"age_from": -1}),
        ("cards", {"trainings": "saws"}),
        ("cards", {"staff": 1}),
        ("items", {"state": "gone"}),
        ("items", {"inspect_by": "never"}),
        ("items", {"consumables": {}}),
        ("holds", {"until": None}),
        ("holds", {"item": 7}),
        ("rules", {"pin": "sometimes"}),
        ("rules", {"closed_days": ["2026-13-01"]}),
        ("rules", {"closed_weekdays": [7]}),
        ("rules", {"patron_rules": [["child", {}]]}),
        ("rules", {"age_steps": [{"after_hours": 1}]}),
        ("rules", {"provisional_class": "D"}),
    ],
)
def test_a_feed_no_visit_could_be_decided_with_is_refused(part, change):
    """A new field that says nonsense is refused; the station keeps the feed it has."""
    hold = Hold("h1", "drill", ANNA, date(2026, 12, 1))
    plain = feed_to_plain(replace(make_feed(), holds=(hold,)))
    target = plain[part] if part == "rules" else plain[part][0]
    target.update(change)
    with pytest.raises(Refused):
        feed_from_plain(plain)


def test_no_hold_stands_in_a_feed_twice():
    """A feed with the same hold twice is refused."""
    hold = Hold("h1", "drill", ANNA, date(2026, 12, 1))
    with pytest.raises(Refused, match="twice"):
        feed_from_plain(feed_to_plain(replace(make_feed(), holds=(hold, replace(hold, patron_ref=BERIT)))))


# --- read piece by piece


@pytest.fixture
def piecewise(monkeypatch):
    """Read even short texts piece by piece."""
    monkeypatch.setattr(gently, "SHORT_BYTES", -1)
    monkeypatch.setattr(gently, "_PAUSE_SECONDS", 0.0)


@pytest.mark.usefixtures("piecewise")
@pytest.mark.parametrize("indent", [None, 1])
def test_a_feed_read_piece_by_piece_is_the_same(indent):
    """However it is written, a feed read in pieces is the feed read in one."""
    feed = make_feed(5)
    raw = json.dumps(feed_to_plain(feed), indent=indent, ensure_ascii=False).encode()
    assert feed_from_plain(read_gently(raw, LONG_LISTS)) == feed


@many
@given(json_values)
def test_whatever_is_read_in_pieces_is_what_json_says(value):
    """Any JSON text means the same in pieces and in one, and nonsense is refused by both."""
    text = json.dumps(value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gently, "SHORT_BYTES", -1)
        for raw in (text.encode(), f" {text}\n".encode()):
            assert repr(read_gently(raw, {"a": list})) == repr(json.loads(raw))


@many
@given(st.data())
def test_a_text_that_was_cut_or_spoilt_is_never_half_read(data):
    """A text that lost or gained a character is read as JSON would read it, or not at all."""
    text = json.dumps({"a": [1, {"b": 2}, []], "c": {"d": [1]}, "e": []})
    at = data.draw(st.integers(0, len(text) - 1))
    spoilt = text[:at] + data.draw(st.sampled_from(["", ",", "]", "}", '"', " ", ":", "x"])) + text[at + 1 :]
    try:
        expected = json.loads(spoilt)
    except ValueError:
        expected = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gently, "SHORT_BYTES", -1)
        try:
            read = read_gently(spoilt.encode(), {"a": lambda element: element, "e": lambda element: element})
        except ValueError:
            read = None
    assert read == expected


@pytest.mark.usefixtures("piecewise")
def test_an_element_that_cannot_be_read_refuses_the_feed():
    """A card that is none refuses the feed, also when it is read in pieces."""
    with pytest.raises(Refused, match="cannot be understood"):
        read_gently(json.dumps({"cards": [{"ref": 1, "blocked": False}]}).encode(), LONG_LISTS)


def test_what_was_changed_for_the_background_is_put_back():
    """Collector and switching are as before, also after an error."""
    before = gc.isenabled(), sys.getswitchinterval()
    with in_the_background():
        assert not gc.isenabled()
    with pytest.raises(ZeroDivisionError), in_the_background():
        1 / 0  # noqa: B018
    assert (gc.isenabled(), sys.getswitchinterval()) == before
