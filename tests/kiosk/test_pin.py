"""PINs and pickup codes at the desk: right, wrong, without network, and never written down."""

import logging
import threading
from dataclasses import replace
from datetime import date

import pytest
from support import scripted_hub as hub_that
from support.desks import DeskRun, words_in
from support.library import ANNA, BERIT, HAMMER, make_feed

from kiosk.desk import pin as pin_module
from kiosk.desk.messages import LinkState
from kiosk.desk.pin import PinDesk, fits, is_pin, make_verifier
from kiosk.desk.views import (
    AboutMeView,
    AccountView,
    BorrowView,
    CodeView,
    IdleView,
    PinTyped,
    PinUncheckedView,
    PinView,
)
from kiosk.desk.worker import Desk
from lending.holds import code_hash
from lending.nouns import Hold, PinRule, Rules
from lending.visit import (
    AskAboutMe,
    CardShown,
    CodeEntered,
    ConfirmLoan,
    Done,
    ItemScanned,
    StartCode,
)
from sync.agent.link import HubLink
from sync.agent.pins import HubPins

PIN, WRONG = "483926", "483927"
SECRET = b"s" * 32
CODE = "730158"
HELD = Hold("h1", HAMMER.thing, BERIT, date(2026, 11, 25), HAMMER.code,
            code_hash(SECRET, "h1", CODE))  # fmt: skip


class LibraryPins:
    """A library that knows one PIN, and can be out of reach or slow."""

    def __init__(self):
        self.right = {ANNA: PIN}
        self.reachable = True
        self.asked = 0
        self.go_on = threading.Event()
        self.go_on.set()

    def __call__(self, patron_ref, pin):
        self.asked += 1
        self.go_on.wait(10)
        return self.right.get(patron_ref) == pin if self.reachable else None


class PinRun(DeskRun):
    """A desk that asks for a PIN, with a library that can be out of reach."""

    def __init__(self, path, library, rule=PinRule.FIRST_TIME_HERE):
        rules = Rules(version=1, phone="1", pin=rule, pin_keep_days=7)
        super().__init__(path, feed=replace(make_feed(1, rules=rules), holds=(HELD,)))
        self.library = library
        self.desk = Desk(
            self.store,
            self.read_clock,
            self.eyes,
            software="test",
            pin_check=library,
            code_hash=lambda hold, code: code_hash(SECRET, hold, code),
        )

    def begin(self):
        self.desk.start()
        self.eyes.see(IdleView)
        return self

    def comes(self, who=ANNA):
        self.gives(CardShown(who))
        return self.eyes.see(PinView)

    def types(self, pin):
        self.gives(PinTyped(pin))


@pytest.fixture
def library():
    return LibraryPins()


@pytest.fixture
def run(tmp_path, library):
    run = PinRun(tmp_path / "station.db", library).begin()
    yield run
    run.desk.stop()


def test_a_right_pin_opens_the_account(run):
    """A right PIN opens the account, and for some days no PIN is asked for."""
    assert run.comes().wrong == 0
    run.types(PIN)
    run.eyes.see(AccountView)
    run.gives(Done(), CardShown(ANNA))
    run.eyes.see(AccountView)
    assert run.library.asked == 1
    run.gives(AskAboutMe())
    assert run.eyes.see(AboutMeView).pin_until.isoformat() == "2026-11-29"
    run.gives(Done())
    run.clock.advance(8 * 24 * 3_600_000)
    run.comes()


def test_a_wrong_pin_is_asked_for_again_and_blocks_nobody(run):
    """Wrong PINs are counted and slow the card down; the right one still opens it, and returns go on."""
    run.comes()
    for wrong in (1, 2):
        run.types(WRONG)
        run.eyes.see(PinView, lambda view, wrong=wrong: (view.wrong, view.checking) == (wrong, False))
    run.types(WRONG)
    assert run.eyes.see(PinView, lambda view: view.wrong == 3).wait_seconds == 5
    run.types(PIN)
    run.entries()
    assert run.library.asked == 3
    run.gives(ItemScanned("nobody knows this"))
    run.clock.advance(5_001)
    run.gives(Done(), CardShown(ANNA), PinTyped(PIN))
    run.eyes.see(AccountView)


def test_the_wait_outlives_the_visit_and_the_restart(run, tmp_path, library):
    """Neither a new visit nor a restart lets somebody try faster."""
    run.comes()
    for wrong in range(1, 5):
        run.types(WRONG)
        run.eyes.see(PinView, lambda view, wrong=wrong: view.wrong == wrong)
        run.clock.advance(60_001 if wrong < 4 else 0)
        if wrong < 4:
            run.gives(CardShown(ANNA))
    run.gives(Done())
    run.eyes.see(IdleView)
    view = run.comes()
    assert (view.wrong, view.wait_seconds) == (4, 15)
    run.desk.stop()
    again = PinRun(tmp_path / "station.db", library).begin()
    view = again.comes()
    assert (view.wrong, view.wait_seconds) == (4, 15)
    asked = library.asked
    again.types(PIN)
    again.entries()
    assert library.asked == asked
    again.clock.advance(15_001)
    again.gives(CardShown(ANNA), PinTyped(PIN))
    again.eyes.see(AccountView)
    again.gives(Done())
    again.eyes.see(IdleView)
    assert again.store.wrong_tries(ANNA) == 0
    again.desk.stop()


def test_another_card_is_not_slowed_down(run):
    """Wrong PINs of one card slow down no other card."""
    run.comes()
    for wrong in range(1, 4):
        run.types(WRONG)
        run.eyes.see(PinView, lambda view, wrong=wrong: view.wrong == wrong)
    run.gives(Done())
    run.eyes.see(IdleView)
    assert run.comes(BERIT).wait_seconds == 0


def test_while_a_pin_is_checked_the_desk_serves_on(run):
    """A slow library stops neither the screen nor a return; an answer for a card that has left changes nothing."""
    run.library.go_on.clear()
    run.comes()
    run.types(PIN)
    run.eyes.see(PinView, lambda view: view.checking)
    run.types(PIN)
    assert run.kinds() == ["started"]
    run.gives(Done(), ItemScanned("somebody's thing"))
    run.entries()
    run.library.go_on.set()
    run.gives(Done())
    run.eyes.see(IdleView)
    assert run.library.asked == 1


def test_without_network_a_known_pin_works_and_an_unknown_one_does_not(tmp_path, library):
    """Offline the kept verifier says right or wrong; a card that was never right here is told so, and can return."""
    run = PinRun(tmp_path / "station.db", library, PinRule.ALWAYS).begin()
    run.comes()
    run.types(PIN)
    run.eyes.see(AccountView)
    library.reachable = False
    run.gives(Done(), LinkState(offline=True))
    run.comes()
    run.types(WRONG)
    run.eyes.see(PinView, lambda view: view.wrong == 1)
    run.types(PIN)
    run.eyes.see(AccountView)
    assert library.asked == 1
    run.gives(Done())
    run.comes(BERIT)
    run.types(PIN)
    run.eyes.see(PinUncheckedView)
    run.gives(ItemScanned(HAMMER.code))
    run.desk.stop()


def test_a_changed_pin_ends_the_old_one(tmp_path, library):
    """Once the library says that a PIN is wrong, the verifier of the old one is gone."""
    run = PinRun(tmp_path / "station.db", library, PinRule.ALWAYS).begin()
    run.comes()
    run.types(PIN)
    run.eyes.see(AccountView)
    library.right[ANNA] = "999999"
    run.gives(Done())
    run.comes()
    run.types(PIN)
    run.eyes.see(PinView, lambda view: view.wrong == 1)
    library.reachable = False
    run.types(PIN)
    run.eyes.see(PinUncheckedView)
    run.desk.stop()


def test_a_checker_that_breaks_is_no_answer(run, caplog):
    """An error on the way to the library is no answer, and its text, which may hold the PIN, is not logged."""

    def broken(_ref, pin):
        raise RuntimeError(f"cannot send {pin}")

    run.desk._secrets._pins._ask = broken
    run.comes()
    run.types(PIN)
    run.eyes.see(PinUncheckedView)
    assert PIN not in caplog.text


@pytest.mark.parametrize("typed", ["", "123", "1234567890123", "12a4", "123٤", "12 4"])
def test_what_is_no_pin_is_not_sent(run, typed):
    """What has not the form of a PIN goes nowhere."""
    run.comes()
    run.types(typed)
    run.entries()
    assert run.library.asked == 0
    assert not is_pin(typed)


def test_a_pin_typed_when_none_is_asked_for_goes_nowhere(run):
    """A PIN that comes late, at another step or with nobody here, is dropped."""
    run.types(PIN)
    run.gives(ItemScanned(HAMMER.code), PinTyped(PIN), Done())
    run.eyes.see(IdleView)
    run.entries()
    assert run.library.asked == 0


def test_a_verifier_tells_the_pin_it_was_made_of():
    """A verifier fits its PIN and no other, two of the same PIN look different, and it shows nothing."""
    one, other = make_verifier(PIN), make_verifier(PIN)
    assert fits(one, PIN)
    assert not fits(one, WRONG)
    assert one != other
    assert repr(one) == "Verifier()"
    assert pin_module._COST["n"] == 2**14


def test_no_pin_is_anywhere(run, tmp_path, caplog):
    """Right and wrong PINs and codes are in no view, entry, log, repr or file."""
    caplog.set_level(logging.DEBUG)
    run.comes()
    for typed in (WRONG, PIN):
        run.types(typed)
        run.eyes.see(PinView if typed == WRONG else AccountView, lambda view: getattr(view, "wrong", 1) == 1)
    run.gives(Done(), StartCode(), CodeEntered("730159"), CodeEntered(CODE))
    run.eyes.see(BorrowView)
    run.gives(ConfirmLoan(), Done())
    run.eyes.see(IdleView)
    told = [*(word for view in run.eyes.views for word in words_in(view)), *map(repr, run.eyes.views)]
    raw = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for secret in (PIN, WRONG, CODE, "730159"):
        assert not any(secret in word for word in told)
        assert secret not in caplog.text
        assert secret.encode() not in raw
        assert secret not in repr(PinTyped(secret))
        assert secret not in str(run.entries())


# --- pickup codes


def test_a_code_opens_what_was_set_aside(run):
    """The idle screen offers the code; a right one lends what was set aside without a card."""
    assert run.eyes.see(IdleView).code_entry
    run.gives(StartCode())
    assert run.eyes.see(CodeView).wrong == 0
    run.gives(CodeEntered(CODE))
    run.eyes.see(BorrowView)
    run.gives(ConfirmLoan(), Done())
    run.eyes.see(IdleView, lambda view: not view.code_entry)
    assert run.kinds() == ["started", "loan", "hold_collected"]


def test_wrong_codes_slow_down_the_station(run, tmp_path, library):
    """Wrong codes slow down whoever comes next, also after a restart; a malformed one does not count."""
    run.gives(StartCode(), CodeEntered("12"), CodeEntered("1234567"))
    for wrong in range(1, 4):
        run.gives(CodeEntered(f"00000{wrong}"))
        run.eyes.see(CodeView, lambda view, wrong=wrong: view.wrong == wrong)
    run.gives(Done(), StartCode())
    assert run.eyes.see(CodeView).wait_seconds == 5
    run.gives(CodeEntered(CODE))
    run.entries()
    assert isinstance(run.eyes.now, CodeView)
    run.desk.stop()
    again = PinRun(tmp_path / "station.db", library).begin()
    again.gives(StartCode())
    assert again.eyes.see(CodeView).wait_seconds == 5
    again.clock.advance(5_001)
    again.gives(CodeEntered(CODE))
    again.eyes.see(BorrowView)
    again.desk.stop()


# --- asking the hub


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        (hub_that.says(200, b'{"right": true}'), True),
        (hub_that.says(200, b'{"right": false}'), False),
        (hub_that.says(200, b'{"right": "yes"}'), None),
        (hub_that.says(200, b"[]"), None),
        (hub_that.says(429), None),
        (hub_that.says(500), None),
        (hub_that.says(400), None),
        (hub_that.says(401), None),
        (hub_that.says(302, b"{}", Location="http://elsewhere.example/"), None),
    ],
)
def test_the_hub_is_asked_once_and_believed_only_if_it_says_so(answer, right):
    """The hub's yes and no are taken; whatever else it says, or does not, is no answer."""
    with hub_that.scripted_hub() as hub:
        hub.answer = answer
        pins = HubPins(HubLink(hub.url, "token"))
        assert pins(ANNA, PIN) is right
        assert hub.calls == [("POST", "/api/pin", {"patron_ref": ANNA, "pin": PIN})]
        pins.close()


def test_a_pin_does_not_go_over_an_open_line():
    """A hub that is not on this machine and not behind TLS is not asked."""
    for url, private in (("http://hub.example", False), ("https://hub.example", True), ("http://localhost:1", True)):
        link = HubLink(url)
        assert link.is_private is private
        if not private:
            assert HubPins(link)(ANNA, PIN) is None
        link.close()


def test_checks_come_one_after_the_other():
    """Two checks at a time take turns, and each gets its answer."""
    answers = []
    done = threading.Semaphore(0)

    def tell(answer):
        answers.append(answer.right)
        done.release()

    desk = PinDesk(lambda _ref, pin: pin == PIN, tell)
    desk.begin(ANNA, PIN, None, offline=False, keep=False)
    desk.begin(BERIT, WRONG, None, offline=False, keep=False)
    assert done.acquire(timeout=10)
    assert done.acquire(timeout=10)
    assert sorted(answers) == [False, True]
