"""What a finger sends, with real coordinates."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kivy.base import stopTouchApp

from kiosk.ui.gallery import parts, views
from kiosk.ui.theme import SHAPES
from lending.nouns import Condition, Damage, PartAnswer
from lending.visit import (
    AskAboutMe,
    CancelHold,
    CancelItem,
    ConditionGiven,
    ConfirmLoan,
    ConfirmMissing,
    ConfirmReturn,
    DamageGiven,
    Done,
    GoOn,
    PartAnswered,
    PlaceHold,
    RenewLoan,
    RestIsHere,
    StartBrowse,
    StartCode,
    StartDamage,
    StillHere,
    SwitchCard,
    UndoNewest,
)

pytestmark = pytest.mark.screen
HERE, MISSING = PartAnswer.HERE, PartAnswer.MISSING


@pytest.mark.parametrize("size", SHAPES)
def test_ticking_parts(kiosk, size):
    """The left part of a row says "here", the right part "missing", for that very part."""
    kiosk.resize(*size)
    kiosk.show("borrow-start")
    kiosk.person.touch("Lader")
    kiosk.person.touch("Mangler", beside="Batteri 2")
    assert kiosk.sent == [PartAnswered(2, HERE), PartAnswered(1, MISSING)]


def test_a_finger_is_felt_after_the_loop_was_stopped(kiosk):
    """A loop that stops lets go of all it listened to; a finger is felt by the one after it."""
    kiosk.show("account")
    stopTouchApp()
    kiosk.person.touch("Ferdig")
    assert kiosk.sent == [Done()]


@pytest.mark.parametrize("size", SHAPES)
def test_parts_on_later_pages_keep_their_number(kiosk, size):
    """With more parts than rows, the page button shows the rest, counted over all parts."""
    kiosk.resize(*size)
    kiosk.show("borrow-eleven")
    kiosk.person.touch("Del 1")
    while not kiosk.person.sees("Støvpose"):
        kiosk.person.touch("Del")
    kiosk.person.touch("Støvpose")
    assert kiosk.asked == [PartAnswered(10, HERE)]


def test_the_main_button_waits_for_the_open_parts(kiosk):
    """While a part is open, the main button says how many, and a touch on it turns to the first open one."""
    kiosk.show("borrow-eleven")
    assert not kiosk.person.sees("Forlengerledning")
    kiosk.person.touch("2 deler igjen")
    assert kiosk.person.sees("Forlengerledning")
    assert kiosk.sent == [StillHere()]


def test_lending_once_all_is_answered(kiosk):
    """When the last part is answered the same screen offers the loan, without being made anew."""
    view = views()["borrow"]
    kiosk.show(view)
    screen = kiosk.app.screen
    kiosk.person.touch("Resten er med")
    kiosk.show(replace(view, parts=parts(*[HERE] * 8)))
    assert kiosk.app.screen is screen
    kiosk.person.touch("Lån slagdrillen")
    assert kiosk.sent == [RestIsHere(), ConfirmLoan()]


@pytest.mark.parametrize(
    ("name", "words", "touch"),
    [
        ("account", "Ferdig", Done()),
        ("account-five", "Angre", UndoNewest()),
        ("borrow", "Avbryt dette", CancelItem()),
        ("borrow-no-parts", "Lån vaffeljernet", ConfirmLoan()),
        ("confirmed", "Lån mer", GoOn()),
        ("confirmed", "Angre siste", UndoNewest()),
        ("confirmed", "Ferdig", Done()),
        ("card-stop", "Ferdig", Done()),
        ("unknown-card", "Lån én ting", GoOn()),
        ("unknown-card", "Bare levere", GoOn()),
        ("already-out", "Ja, jeg leverer", ConfirmReturn()),
        ("already-out", "Nei, ikke nå", CancelItem()),
        ("limit-reached", "Greit", GoOn()),
        ("ask-return-unknown", "Ja, jeg leverer", ConfirmReturn()),
        ("ask-return-on-shelf", "Nei, ikke nå", CancelItem()),
        ("returned", "Alt virket", ConditionGiven(Condition.OK)),
        ("returned", "Noe mangler", ConditionGiven(Condition.MISSING)),
        ("returned", "Noe virket ikke", ConditionGiven(Condition.DAMAGED)),
        ("returned", "Lever en til", GoOn()),
        ("which-missing", "Vernebriller", PartAnswered(6, MISSING)),
        ("which-missing", "Vet ikke", ConfirmMissing()),
        ("which-missing", "Trykk på delen", StillHere()),
        ("which-missing-two", "Meld fra om 2 deler", ConfirmMissing()),
        ("thanks", "Ferdig", Done()),
        ("notice-isbn", "Greit", GoOn()),
        ("power-back", "La teltet stå her", Done()),
        ("power-back", "Ferdig", Done()),
        ("idle-code", "Jeg har en hentekode", StartCode()),
        ("account", "Hva vet stasjonen om meg?", AskAboutMe()),
        ("account", "Se hva som finnes", StartBrowse()),
        ("about-me", "Greit", GoOn()),
        ("pin-unchecked", "Ferdig", Done()),
        ("other-card", "Fortsett", GoOn()),
        ("other-card", "Bytt til det andre kortet", SwitchCard()),
        ("ask-return-on-shelf", "Noe er galt", StartDamage()),
        ("confirmed-asks", "Ja", ConditionGiven(Condition.OK)),
        ("confirmed-asks", "Noe var galt", StartDamage()),
        ("ask-damage", "Alt er i orden", GoOn()),
        ("cannot-held_for_other", "Sett av den neste", PlaceHold()),
        ("cannot-already_out", "Sett av den neste", PlaceHold()),
        ("cannot-already_out", "Ja, jeg leverer", ConfirmReturn()),
        ("hold-made", "Lån mer", GoOn()),
        ("hold-made", "Ferdig", Done()),
        ("returns-only-thing", "Greit", GoOn()),
        ("staff", "Ferdig", Done()),
        ("thanks-swap", "Ferdig", Done()),
    ],
)
def test_each_button_sends_what_it_says(kiosk, name, words, touch):
    """Each button of each screen sends its one touch."""
    kiosk.show(name)
    kiosk.person.touch(words)
    assert kiosk.sent == [touch]


@pytest.mark.parametrize("size", SHAPES)
def test_renewing_and_giving_up_a_hold(kiosk, size):
    """Each row sends what it goes by, whatever stands above it."""
    kiosk.resize(*size)
    kiosk.show("account-hold")
    kiosk.person.touch("Forny", beside="Symaskin")
    kiosk.person.touch("Trenger den ikke", beside="Projektor")
    assert kiosk.sent == [RenewLoan("of-sewing"), CancelHold("hold-of-projector")]


@pytest.mark.parametrize("size", SHAPES)
def test_rows_on_later_pages_send_what_they_go_by(kiosk, size):
    """What stands ready comes first; turning the pages changes nothing of what a row sends."""
    kiosk.resize(*size)
    kiosk.show("account-holds")
    kiosk.person.touch("Trenger det ikke", beside="Telt, 3 personer")
    while not any(
        box.beside.startswith("Høytrykk") and box.says == "Trenger den ikke" for box in kiosk.person.controls()
    ):
        kiosk.person.touch("Vis flere")
    kiosk.person.touch("Trenger den ikke", beside="Høytrykksspyler med terrassevasker")
    assert kiosk.asked == [
        CancelHold("hold-of-tent"),
        CancelHold("hold-of-washer"),
    ]


def test_only_what_may_be_renewed_offers_it(kiosk):
    """A loan just renewed says until when, and has no button any more."""
    kiosk.show("account-renewed")
    assert kiosk.person.sees("Fornyet til fredag 11. desember")
    assert [box.beside for box in kiosk.person.controls() if box.says == "Forny"] == ["Telt, 3 personer"]


def test_a_pickup_code_shows_nothing_of_the_account(kiosk):
    """A visit opened by a code tells neither how many loans there are nor what the station knows."""
    kiosk.show("account-pickup")
    assert kiosk.person.sees("Skann det du skal hente")
    assert not kiosk.person.sees("lån.")
    assert {box.says for box in kiosk.person.controls()} == {"Ferdig", "Bokmål", "Lesehjelp"}


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("Virker ikke", Damage.DOES_NOT_WORK),
        ("Noe er ødelagt", Damage.BROKEN),
        ("Føles utrygt", Damage.UNSAFE),
        ("Trenger vask", Damage.DIRTY),
        ("Noe annet", Damage.SOMETHING_ELSE),
    ],
)
def test_saying_what_is_wrong(kiosk, size, words, what):
    """One touch on one of five answers is enough."""
    kiosk.resize(*size)
    kiosk.show("ask-damage")
    kiosk.person.touch(words)
    assert kiosk.sent == [DamageGiven(what)]


def test_another_copy_is_offered_with_its_shelf(kiosk):
    """After a thing that did not work, another copy is offered with its shelf; without a card, that comes first."""
    kiosk.show("thanks-swap")
    assert kiosk.person.sees("Det står en til på hylle B3.")
    assert kiosk.person.sees("Skann den, så er den din.")
    kiosk.show("thanks-swap-no-card")
    assert kiosk.person.sees("Det står ett til her.")
    assert kiosk.person.sees("Hold kortet mot leseren først.")


def test_a_full_disk_takes_things_back(kiosk):
    """While nothing is lent, the first sentence is about returning, and no code is asked for."""
    kiosk.show("idle-returns-only")
    assert kiosk.person.sees("Du kan levere. Utlån tar en pause.")
    tiles = {category.name.get("nb") for category in views()["idle-returns-only"].categories}
    around = {"Bokmål", "Lesehjelp", "Hjelp", "Se hva som finnes"}
    assert {box.says for box in kiosk.person.controls()} == around | tiles


def test_a_date_nobody_is_sure_of_is_marked(kiosk):
    """With a clock that was never set, the date stands with a quiet word that it will be checked."""
    for name in ("confirmed-doubtful", "borrow-doubtful"):
        kiosk.show(name)
        assert kiosk.person.sees("Vi ser på datoen når nettet er tilbake.")


def test_staff_see_what_goes_on(kiosk):
    """The staff menu follows what the station says of itself while it is open."""
    view = views()["staff"]
    kiosk.show(view)
    assert kiosk.person.sees("Alt er sendt")
    kiosk.show(replace(view, status=replace(view.status, queued=4)))
    assert kiosk.person.sees("4 venter")


def test_loans_that_do_not_fit_are_one_touch_away(kiosk):
    """With more loans than rows, a button shows the others, round and round."""
    kiosk.show("account-nine")
    assert not kiosk.person.sees("Fjellski")
    kiosk.person.touch("Vis flere")
    assert kiosk.person.sees("Fjellski")
    assert kiosk.sent == [StillHere()]


def test_a_touch_beside_everything_says_somebody_is_there(kiosk):
    """During a visit a touch that hits no control keeps the visit; when nobody is here it sends nothing."""
    kiosk.show("account")
    kiosk.person.touch_at(700, 640)
    assert kiosk.sent == [StillHere()]
    kiosk.show("idle")
    kiosk.person.touch_at(200, 400)
    assert kiosk.sent == [StillHere()]


def test_a_finger_that_slides_away_sends_nothing(kiosk):
    """Only a finger lifted on the control it came down on counts."""
    kiosk.show("account")
    x, y = kiosk.app.shape.main.x + 40, kiosk.app.shape.main.y + 40
    finger = kiosk.person.press(x, y)
    finger.slide(100, 400)
    kiosk.person.lift(finger)
    assert kiosk.sent == []


@pytest.mark.parametrize("name", ["account", "ask-return-unknown", "idle", "confirmed-asks"])
def test_a_device_that_changes_takes_nobodys_touch(kiosk, name):
    """The screen is drawn anew under the finger because the reader is down: the touch counts, once."""
    kiosk.show(name)
    main = kiosk.app.shape.main
    finger = kiosk.person.press(main.x + 40, main.y + 40)
    before, view = kiosk.app.screen, views()[name]
    kiosk.app.show(replace(view, status=replace(view.status, reader_up=False, offline=not view.status.offline)))
    kiosk.person.wait(2)
    assert kiosk.app.screen is not before
    kiosk.person.lift(finger)
    assert len(kiosk.asked) == 1


def test_a_touch_is_not_for_another_thing(kiosk):
    """A scan between press and lift asks about another thing in the same words: the finger did not mean that one."""
    kiosk.show("ask-return-on-shelf")
    main = kiosk.app.shape.main
    finger = kiosk.person.press(main.x + 40, main.y + 40)
    view = views()["ask-return-on-shelf"]
    kiosk.app.show(replace(view, thing=views()["returned-long"].thing))
    kiosk.person.wait(2)
    kiosk.person.lift(finger)
    assert kiosk.asked == []


def test_the_echo_of_a_touch_is_not_a_second_touch(kiosk):
    """A second touch within 100 ms at the same spot is swallowed; one elsewhere counts."""
    kiosk.show("borrow-start")
    row = kiosk.person.find("Lader").rect
    other = kiosk.person.find("Batteri 1").rect
    for x, y in ((row.x + 50, row.y + 40), (row.x + 52, row.y + 41), (other.x + 50, other.y + 40)):
        kiosk.person.lift(kiosk.person.press(x, y))
    assert kiosk.sent == [PartAnswered(2, HERE), PartAnswered(0, HERE)]


def test_a_double_tap_does_not_reach_the_screen_behind(kiosk):
    """Tapping twice on "borrow" does not also touch "done", which stands at the same spot a moment later."""
    kiosk.show("borrow-ready")
    main = kiosk.app.shape.main
    kiosk.person.lift(kiosk.person.press(main.x + 100, main.y + 40))
    kiosk.show("confirmed")
    kiosk.person.lift(kiosk.person.press(main.x + 100, main.y + 40))
    assert kiosk.sent == [ConfirmLoan()]
    kiosk.person.touch("Ferdig")
    kiosk.person.touch("Ferdig")
    assert kiosk.sent == [ConfirmLoan(), Done(), Done()]


def test_everything_works_without_network(kiosk):
    """With no network the chip says that all works, and a touch is sent as ever."""
    kiosk.show("unknown-card")
    assert kiosk.person.sees("alt virker")
    kiosk.person.touch("Lån én ting")
    assert kiosk.sent == [GoOn()]


@pytest.mark.parametrize("key", [27, 282, 292, 293, 13, 32])
def test_keys_do_nothing(kiosk, key):
    """A barcode scanner that types, Escape and the function keys neither open nor close anything."""
    from kivy.base import EventLoop  # noqa: PLC0415

    kiosk.show("account")
    words = kiosk.person.reads()
    EventLoop.window.dispatch("on_key_down", key, 0, None, [])
    EventLoop.window.dispatch("on_key_up", key, 0)
    kiosk.person.wait(3)
    assert (kiosk.person.reads(), kiosk.sent, EventLoop.quit) == (words, [], False)
