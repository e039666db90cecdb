"""Cards, PINs and rules: what the hub keeps of them, what stations are told, and what nobody ever sees."""

from __future__ import annotations

import io
import json
import logging
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hub.bench import CARDS, KNOWN, NOW, OTHER, Bench, ref, version_of

from lending.errors import Refused
from lending.nouns import Item, PinRule, RiskClass
from nabolan.demo import library
from sync.feed import FeedCard, feed_from_plain
from sync.hub import commands
from sync.hub.__main__ import main
from sync.hub.commands import CardRow
from sync.hub.feed.service import rules_now
from sync.hub.patrons import pins
from sync.hub.patrons.models import LibraryCard
from sync.hub.review.models import Attempt
from sync.hub.review.throttle import Window

PIN, SALT = "4711", b"salt of a test.."
RICH = CardRow(KNOWN, False, date(2027, 1, 31), "child", 15, frozenset({"saws", "bike"}), staff=True, pin=PIN)


def ask(hub: Client, bench: Bench, pin: Any = PIN, card: Any = None, number: int = 0) -> Any:
    """Return the hub's answer to a station that asks whether this is the PIN."""
    body = {"patron_ref": ref(KNOWN) if card is None else card, "pin": pin}
    return hub.post("/api/pin", body, "application/json", headers=bench[number].headers)


def told(hub: Client, bench: Bench) -> dict[str, FeedCard]:
    """Return the cards in the feed of the first station."""
    feed = feed_from_plain(hub.get("/api/feed", headers=bench[0].headers).json())
    return {card.patron_ref: card for card in feed.cards}


def test_a_card_carries_all_that_stations_must_know(bench: Bench, hub: Client):
    """Last day, category, age band, trainings and the staff mark are in the feed; number and PIN are not."""
    commands.load_cards([RICH])
    card = told(hub, bench)[ref(KNOWN)]
    assert card == FeedCard(ref(KNOWN), False, date(2027, 1, 31), "child", 15, frozenset({"saws", "bike"}), True)
    feed = hub.get("/api/feed", headers=bench[0].headers).text
    assert KNOWN not in feed
    assert "scrypt" not in feed


def test_a_pair_changes_only_whether_its_card_is_blocked(bench: Bench, hub: Client):
    """A (card, blocked) row leaves everything else as it is; a card from a row without PIN keeps its PIN."""
    commands.load_cards([RICH])
    assert commands.load_cards([(KNOWN, True)]) == 1
    card = told(hub, bench)[ref(KNOWN)]
    assert (card.blocked, card.category, card.age_from) == (True, "child", 15)
    commands.load_cards([CardRow(KNOWN, category="adult")])
    assert ask(hub, bench).json() == {"right": True}
    commands.load_cards([CardRow(KNOWN, pin="")])
    assert ask(hub, bench).json() == {"right": False}


def test_loading_the_same_again_changes_nothing(bench: Bench):
    """The same rows give no new version and keep the verifier; a new PIN alone gives no new version either."""
    assert bench.stations
    assert commands.load_cards([RICH]) == 1
    version, kept = version_of(), LibraryCard.objects.get(pk=KNOWN).pin_verifier
    assert commands.load_cards([RICH, *CARDS[1:]]) == 0
    assert LibraryCard.objects.get(pk=KNOWN).pin_verifier == kept
    assert commands.set_card(KNOWN, {"pin": "0815"})
    assert version_of() == version


BAD_ROWS = [
    CardRow(""),
    CardRow("x" * 65),
    CardRow("N\x00"),
    CardRow("N\ud800"),
    CardRow("N1", category="x" * 65),
    CardRow("N1", category="\x00"),
    CardRow("N1", age_from=-1),
    CardRow("N1", age_from=151),
    CardRow("N1", trainings=frozenset({"\x00"})),
    CardRow("N1", trainings=frozenset({""})),
    CardRow("N1", trainings=frozenset(map(str, range(51)))),
    CardRow("N1", pin="12\x0034"),
    CardRow("N1", pin="123"),
    CardRow("N1", pin="\uff11\uff12\uff13\uff14"),
    ("N\x00", False),
]


@pytest.mark.parametrize("row", BAD_ROWS, ids=range(len(BAD_ROWS)))
def test_rows_that_cannot_be_kept_are_refused_whole(sqlite_bench: Bench, row: Any):
    """A bad row is named by its number, never by its card, and nothing of the same load is stored."""
    assert sqlite_bench.stations
    with pytest.raises(Refused, match="card 2") as refused:
        commands.load_cards([("N999000777", False), row])
    assert "N1" not in str(refused.value)
    assert not LibraryCard.objects.filter(pk="N999000777").exists()


def test_pins_are_kept_as_slow_salted_verifiers(sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Two cards with one PIN have different verifiers, none holds it, and without the hub's key none fits."""
    assert sqlite_bench.stations
    commands.load_cards([CardRow(KNOWN, pin=PIN), CardRow(OTHER, pin=PIN)])
    one, two = LibraryCard.objects.filter(card_id__in=[KNOWN, OTHER]).values_list("pin_verifier", flat=True)
    assert one != two
    assert PIN not in one.split("$")
    assert one.startswith("scrypt$")
    assert pins.fits(one, PIN)
    assert not pins.fits(one, "4712")
    assert repr(RICH).count(PIN) == 0
    assert KNOWN not in repr(RICH)
    monkeypatch.setenv("HUB_SEAL_KEY", "11" * 32)
    assert not pins.fits(one, PIN)


def test_the_hub_says_whether_a_pin_is_right(bench: Bench, hub: Client):
    """The right PIN is right; a wrong one, one of a card without PIN and one of an unknown card are not."""
    commands.load_cards([RICH])
    assert ask(hub, bench).json() == {"right": True}
    assert ask(hub, bench, "4712").json() == {"right": False}
    assert ask(hub, bench, "0000", ref(OTHER)).json() == {"right": False}
    assert ask(hub, bench, PIN, ref("N888")).json() == {"right": False}
    assert hub.post("/api/pin", {"patron_ref": ref(KNOWN), "pin": PIN}, "application/json").status_code == 401


def test_an_unknown_card_takes_as_long_as_a_known_one(sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """A digest is made for every answer, also where there is nothing to compare it with."""
    assert sqlite_bench.stations
    commands.load_cards([RICH])
    made = []
    digest = pins._digest
    monkeypatch.setattr(pins, "_digest", lambda *given: made.append(1) or digest(*given))
    for card in (KNOWN, OTHER, "N888"):
        pins.is_right(ref(card), "0000")
    assert len(made) == 3


def test_guessing_pins_is_slowed_down_for_this_card_at_this_station(bench: Bench, hub: Client):
    """After five wrong PINs even the right one waits; another station and another card do not."""
    commands.load_cards([RICH, CardRow(OTHER, pin=PIN)])
    for n in range(5):
        assert ask(hub, bench, f"000{n}").status_code == 200
    slowed = ask(hub, bench)
    assert slowed.status_code == 429
    assert 0 < int(slowed["Retry-After"]) <= 60
    assert ask(hub, bench, card=ref(OTHER)).json() == {"right": True}
    assert ask(hub, bench, number=1).json() == {"right": True}
    assert ref(KNOWN) not in str(list(Attempt.objects.values_list()))


def test_going_through_the_cards_is_slowed_down_for_the_whole_station(sqlite_bench: Bench, hub: Client):
    """Twenty tries without a pause are the most, whichever cards they are on and though some are right."""
    commands.load_cards([RICH])
    for n in range(19):
        assert ask(hub, sqlite_bench, "0000", card=f"1:{n:032x}").status_code == 200
    assert ask(hub, sqlite_bench).json() == {"right": True}
    slowed = ask(hub, sqlite_bench, card=ref(OTHER))
    assert slowed.status_code == 429
    assert 0 < int(slowed["Retry-After"]) <= pins.STATION_TRIES.seconds
    assert ask(hub, sqlite_bench, number=1).json() == {"right": True}


def test_a_right_pin_makes_the_wrong_ones_forgotten(sqlite_bench: Bench, hub: Client):
    """Four wrong tries and a right one, twice over, slow nobody down."""
    commands.load_cards([RICH])
    for _ in range(2):
        for n in range(4):
            ask(hub, sqlite_bench, f"000{n}")
        assert ask(hub, sqlite_bench).json() == {"right": True}


def test_a_minute_after_the_last_wrong_pin_one_may_try_again(bench: Bench):
    """No window of a minute sees more than five tries, and waiting it out frees the sixth."""
    assert bench.stations
    window, second = Window("test", 5, 60), 1000
    assert [window.take("x", NOW + n * second) for n in range(6)] == [0, 0, 0, 0, 0, 59]
    assert window.take("x", NOW + 63_999) == 1
    assert window.take("x", NOW + 64_000) == 0
    assert [window.take("x", NOW + 65_000 + n) for n in range(5)][-1] > 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"patron_ref": "1:a", "pin": "12\x0034"},
        {"patron_ref": "1:a", "pin": "\ud800234"},
        {"patron_ref": "1:\x00", "pin": PIN},
        {"patron_ref": "1:\udfff", "pin": PIN},
        {"patron_ref": "1:a", "pin": 4711},
        {"patron_ref": None, "pin": PIN},
        {"patron_ref": "x" * 65, "pin": PIN},
        {"patron_ref": "1:a", "pin": "1" * 13},
        {"patron_ref": "1:a", "pin": ""},
        {"patron_ref": "1:a", "pin": PIN, "more": "x" * 2000},
    ],
    ids=str,
)
def test_a_question_of_the_wrong_form_gets_a_plain_no(bench: Bench, hub: Client, body: Any):
    """What is no question about a PIN is answered 400, more than a KiB 413, and nothing of it is repeated."""
    answer = hub.post("/api/pin", json.dumps(body), content_type="application/json", headers=bench[0].headers)
    assert answer.status_code == (413 if "more" in body else 400)
    assert set(answer.json()) == {"problem", "what_now"}
    assert PIN not in answer.text
    assert not Attempt.objects.exists()


def test_no_pin_is_ever_logged(sqlite_bench: Bench, hub: Client, caplog: pytest.LogCaptureFixture):
    """With every log at its most talkative, SQL included, a PIN is written nowhere, right, wrong or malformed."""
    pin = "90817263"
    for name in ("", *logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, name or None)
    connection.force_debug_cursor = True
    try:
        commands.set_card(KNOWN, {"pin": pin})
        ask(hub, sqlite_bench, pin)
        ask(hub, sqlite_bench, f"{pin}1")
        ask(hub, sqlite_bench, f"{pin}x")
        hub.post("/api/pin", f'{{"pin": "{pin}"', content_type="application/json", headers=sqlite_bench[0].headers)
        ask(hub, sqlite_bench, pin, "N999000555")
    finally:
        connection.force_debug_cursor = False
    assert "SELECT" in caplog.text
    assert pin not in caplog.text


def test_rules_are_one_document(bench: Bench, hub: Client):
    """What the document names holds and goes to the stations, the rest is as built in; twice is once."""
    document = {"loan_limit": 3, "pin": "always", "closed_days": ["2026-12-25"], "kind_limits": {"tools": 2}}
    start, version = rules_now().version, version_of()
    assert commands.set_rules(document)
    assert not commands.set_rules(document)
    rules = feed_from_plain(hub.get("/api/feed", headers=bench[0].headers).json()).rules
    assert (rules.loan_limit, rules.pin, rules.kind_limit("tools")) == (3, PinRule.ALWAYS, 2)
    assert (rules.version, rules.renewals) == (start + 1, 1)
    assert version_of() == version + 1
    assert commands.rules()["loan_limit"] == 3
    assert commands.set_rules({})
    assert commands.rules()["loan_limit"] == 5


BAD_RULES: list[Any] = [
    [],
    "x",
    {"loan_limits": 3},
    {"version": 3},
    {"loan_limit": "3"},
    {"loan_limit": -1},
    {"pin": "sometimes"},
    {"phone": "\x00"},
    {"phone": "\ud800"},
    {"time_zone": "Europe/Nowhere"},
    {"time_zone": "../../etc/passwd"},
    {"closed_days": ["tomorrow"]},
    {"kind_limits": {"a\x00": 1}},
    {"patron_rules": []},
]


@pytest.mark.parametrize("document", BAD_RULES, ids=str)
def test_rules_no_visit_could_be_decided_with_are_refused(sqlite_bench: Bench, document: Any):
    """A document with a wrong name or value changes nothing and says what is wrong."""
    assert sqlite_bench.stations
    before, version = commands.rules(), version_of()
    with pytest.raises(Refused, match="rules"):
        commands.set_rules(document)
    assert (commands.rules(), version_of()) == (before, version)


def test_cards_and_rules_are_changed_by_commands(
    sqlite_bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """A card with its PIN from standard input and rules from a file: done once, nothing new the second time; what is
    no card and no rule is refused in plain words.
    """

    def hub(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PIN}\n"))
        done, said = main(arguments), capsys.readouterr()
        return done, (said.err if done else said.out).strip()

    assert sqlite_bench.stations
    card = ("card", "N999000777", "--expires", "2027-01-31", "--age-from", "15", "--trainings", "saws bike", "--pin")
    assert hub(*card) == (0, "changed")
    assert hub(*card) == (0, "nothing new")
    assert pins.is_right(ref("N999000777"), PIN)
    assert hub("card", "N999000777", "--expires", "never", "--staff", "yes") == (0, "changed")
    row = LibraryCard.objects.get(pk="N999000777")
    assert (row.expires, row.age_from, row.staff, row.trainings) == (None, 15, True, ["bike", "saws"])
    assert hub("card", "N999000777", "--expires", "some day")[0] == 1
    file = tmp_path / "rules.json"
    file.write_text('{"loan_limit": 2}', "utf-8")
    assert hub("rules", str(file)) == (0, "changed")
    assert json.loads(hub("rules")[1])["loan_limit"] == 2
    file.write_text('{"loan_limit": ', "utf-8")
    assert hub("rules", str(file))[1].startswith("Nothing was changed: rules.json")


def test_the_demo_library_uses_all_of_it(sqlite_bench: Bench, hub: Client):
    """The demo has cards of every sort, one of them the staff's, and items with age, training, class and what is used
    up; each PIN is the end of its number.
    """
    cards = {row.card_id: row for row in library.cards()}
    staff = [row for row in cards.values() if row.staff]
    assert [(row.card_id, row.expires, row.blocked) for row in staff] == [(library.STAFF_CARD, None, False)]
    assert {row.category for row in cards.values()} == {"adult", "child"}
    assert any(row.trainings for row in cards.values())
    assert any(row.expires and row.expires < date(2026, 11, 22) for row in cards.values())
    assert {row.pin for row in cards.values()} == {None} | {n[-4:] for n in (*library.WITH_PIN, library.STAFF_CARD)}
    items: list[Item] = library.items()
    assert {item.risk_class for item in items} == set(RiskClass)
    assert all(any(getattr(item, name) for item in items) for name in ("min_age", "training", "consumables"))
    commands.load_catalogue(items, library.categories())
    commands.load_cards([cards[KNOWN], cards[library.STAFF_CARD]])
    assert ask(hub, sqlite_bench, KNOWN[-4:]).json() == {"right": True}
    feed = feed_from_plain(hub.get("/api/feed", headers=sqlite_bench[0].headers).json())
    assert set(items) <= set(feed.items)
    assert told(hub, sqlite_bench)[ref(library.STAFF_CARD)].staff
