"""What people do at a station, from their first touch to their last: a real desk, real touches, real pixels.

Each story is told in four languages and four windows. Where a screen is looked at, it is measured in real pixels with
the rules of the gallery (`kiosk.ui.gallery.measure`): nothing cut, covered, faint or too small.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest
from support.desks import breaks, mends
from support.library import ANNA, BERIT
from support.rooms import CODE, DRILL, HAMMOCK, SANDER, SEWING, TENT, Room

from hardware.voice.simulator import VoiceSimulator
from kiosk.desk import worker
from kiosk.desk.messages import LinkState
from kiosk.ui.aids import Aids
from kiosk.ui.aloud import Aloud
from kiosk.ui.gallery.measure import Gauge
from kiosk.ui.screens.attract import TURN_MS
from kiosk.ui.theme import Theme
from kiosk.ui.tr import LANGUAGES
from lending.visit import CardShown, ItemScanned
from nabolan.demo import library

pytestmark = pytest.mark.screen

PLACES = (("nb", (1280, 800)), ("en", (800, 480)), ("se", (1024, 600)), ("uk", (720, 1280)))


def _called(place):
    return f"{place[0]}-{place[1][0]}x{place[1][1]}"


each_place = pytest.mark.parametrize("room", PLACES, ids=_called, indirect=True)
two_places = pytest.mark.parametrize("room", PLACES[1::2], ids=_called, indirect=True)
ANNA_COMES, BERIT_COMES = CardShown(ANNA, "sealed"), CardShown(BERIT, "sealed")
SCAN_SANDER, SCAN_HAMMOCK = (ItemScanned(item.code) for item in (SANDER, HAMMOCK))


@pytest.fixture
def room(kiosk, tmp_path, request):
    """A station in the language and window asked for, with nobody there."""
    (tmp_path / "station").mkdir()
    room = Room(kiosk, tmp_path / "station" / "station.db", *request.param)
    room.sees("idle.look")
    yield room
    room.run.desk.stop()


@pytest.fixture
def looks(room, tmp_path):
    """Look at the screen with care: everything on it can be read, hit, and is where it should be."""

    def measured(name):
        room.person.look(tmp_path / f"{name}.png")
        assert Gauge(room.app).measure().findings == [], name

    return measured


def lends(room, card, *scans):
    """Borrow with a card, a touch for the parts and one for the loan."""
    room.shows(card)
    for at, scan in enumerate(scans, 1):
        room.shows(scan)
        room.touches("borrow.all")
        item = next(one for one in (SANDER, HAMMOCK) if one.code == scan.code)
        room.touches("borrow.main", thing=room.the(item))
        room.touches("confirmed.more")
        room.sees("account.title", n=at)
    room.touches("done")
    room.sees("idle.look")


# --- Nobody is here


@each_place
def test_what_is_told_in_turn_leads_on(room, looks):
    """The pictures come in turn; the one that asks what is missing leads to writing it, and back."""
    told = set()
    for _ in range(20):
        room.passes(TURN_MS / 1000)
        told |= set(room.person.reads())
        if room.can_touch(room.words("attract.wish")):
            break
    looks("told")
    assert room.words("help.card") in told
    room.touches("attract.wish")
    room.sees("write.suggest")
    room.touches("write.cancel")
    room.sees("idle.look")


# --- Looking around


@pytest.mark.parametrize(
    "room", [(language, PLACES[at % 4][1]) for at, language in enumerate(LANGUAGES)], ids=_called, indirect=True
)
@pytest.mark.parametrize("what", ["task", "other word"])
def test_a_task_and_another_word_lead_to_the_thing(room, looks, what):
    """In each language, what one wants to do and what else the thing is called find it, typed with its own keys."""
    told = next(page for page in library.pages() if page.thing == DRILL.thing)
    others = (words for text in told.words for tag, words in text.by_language if tag == room.language)
    words = dict(told.tasks[0].by_language)[room.language]
    if what == "other word":
        words = next(other for other in others if other.lower() not in room.name(DRILL).lower())
    room.touches("idle.look")
    room.touches("search.open")
    room.types(words)
    room.reads(room.name(DRILL))
    looks("found")
    room.touches_on(room.name(DRILL))
    room.touches("thing.borrow")
    room.sees("thing.borrow_2")
    room.touches("thing.borrow_ok")
    room.touches("back")
    room.reads(words[-3:])
    room.touches("back")
    room.finds("search.open")
    room.touches("back")
    room.sees("idle.look")


@each_place
def test_places_figures_and_how_they_are_counted(room, looks):
    """Help leads to the places nearby and to what the loans come to, and from there to how that is counted."""
    room.touches("idle.help")
    room.sees("help.title")
    room.touches("help.to_nearby")
    room.reads("Åssiden")
    looks("nearby")
    room.touches("help.ok")
    room.touches("help.to_impact")
    room.sees("impact.none")
    room.touches("impact.how")
    room.sees("counting.not")
    looks("counting")


# --- Borrowing


@each_place
def test_borrowing_with_a_part_that_is_missing(room, looks):
    """Three touches after card and scan, one of them for what is missing; the newest loan can be taken back."""
    room.shows(ANNA_COMES, SCAN_SANDER)
    room.sees("borrow.all")
    part = room.name(SANDER.parts[1])
    room.touches("part.missing", part)
    room.finds("borrow.rest")
    looks("parts")
    room.touches("borrow.rest")
    room.touches("borrow.main", thing=room.the(SANDER))
    room.sees("confirmed.saved", n=1)
    looks("confirmed")
    (lent,) = room.bodies("loan")
    assert lent["item"] == SANDER.code
    room.touches("visit.undo")
    room.sees("account.holds_only", n=1)
    room.touches("done")
    room.sees("idle.look")
    assert room.run.kinds() == ["started", "loan", "return"]


@each_place
def test_the_account_and_all_one_can_do_there(room, looks):
    """Two loans with their days, what is set aside, and what the library says; renew, give up, and what is known."""
    lends(room, ANNA_COMES, SCAN_SANDER, SCAN_HAMMOCK)
    room.shows(ANNA_COMES)
    room.sees("account.title", n=2)
    room.reads(room.app.tr.day(date(2026, 11, 29)))
    looks("account")
    room.touches("account.drop." + room.app.tr.form(TENT.yours), room.name(TENT))
    room.passes(6 * 86_400)
    room.sees("idle.look")
    room.shows(ANNA_COMES)
    room.sees("account.tomorrow")
    room.touches("account.renew", room.name(SANDER))
    room.sees("account.renewed", date=room.app.tr.day(date(2026, 12, 5)))
    looks("renewed")
    room.touches_on(next(words for words in (room.words("about.entry"), room.words("about.entry_short"))
                         if room.can_touch(words)))  # fmt: skip
    room.sees("about.title")
    looks("about me")
    room.touches("notice.ok")
    room.touches("done")
    room.sees("idle.look")
    assert len(room.bodies("renewal")) == len(room.bodies("hold_cancelled")) == 1


@each_place
def test_picking_up_by_code(room, looks):
    """A wrong code is said calmly; the right one lends what is set aside, without a card."""
    room.touches("idle.code")
    room.types("111111")
    room.touches("code.collect")
    room.sees("code.wrong")
    room.types(CODE)
    room.touches("code.collect")
    room.touches("borrow.all")
    looks("pickup")
    room.touches("borrow.main", thing=room.the(SEWING))
    room.sees("confirmed.saved", n=1)
    assert len(room.bodies("hold_collected")) == 1


# --- Bringing back


@each_place
def test_the_question_after_a_return_can_be_answered_or_left(room, looks):
    """One touch after the scan brings a thing back. The question is one touch more, or none at all."""
    lends(room, ANNA_COMES, SCAN_SANDER, SCAN_HAMMOCK)
    room.shows(SCAN_SANDER)
    room.touches("returned.ok")
    room.sees("instead.title")
    looks("question")
    room.touches("instead.bought")
    room.sees("instead.saved")
    looks("answer")
    room.touches("impact.how")
    room.sees("counting.not")
    room.passes(120)
    room.sees("idle.look")
    room.shows(SCAN_HAMMOCK)
    room.touches("returned.ok")
    room.sees("instead.title")
    room.touches("done")
    room.sees("idle.look")
    assert len(room.bodies("return")) == 2
    assert len(room.bodies("survey")) == 1


@each_place
def test_a_return_with_a_part_missing_and_one_that_is_broken(room, looks):
    """Which part, in one touch; what is wrong, in one touch; and thanks for both."""
    lends(room, ANNA_COMES, SCAN_SANDER, SCAN_HAMMOCK)
    room.shows(SCAN_SANDER)
    room.touches("returned.missing")
    room.sees("which_missing.title")
    room.touches_on(room.name(SANDER.parts[1]))
    room.finds("which_missing.main", n=1)
    looks("which")
    room.touches("which_missing.main", n=1)
    room.sees("thanks.missing_text")
    room.shows(SCAN_HAMMOCK)
    room.touches("returned.damaged")
    room.sees("thanks.damaged")
    looks("thanks")
    room.touches("done")
    room.sees("idle.look")
    assert [body["answer"] for body in room.bodies("condition")] == ["missing", "damaged"]


@each_place
def test_telling_what_is_wrong_with_a_thing_on_the_shelf(room, looks):
    """Without a card: scan, say that something is wrong, say what; the thing is not lent to the next."""
    room.shows(SCAN_SANDER)
    room.touches("ask_return.damage")
    room.sees("damage.title", thing=room.the(SANDER))
    looks("damage")
    room.touches("damage.unsafe")
    room.sees("thanks.damaged")
    room.touches("done")
    room.shows(ANNA_COMES, SCAN_SANDER)
    room.sees("cannot.reported_unsafe")
    looks("cannot")


# --- Writing to the library


@each_place
@pytest.mark.parametrize("what", ["suggest", "offer"])
def test_writing_to_the_library(room, looks, what):
    """A wish or an offer is a few letters and two touches; it is in the journal as it was written."""
    words = {"uk": "драбина"}.get(room.language, "gitar")
    room.touches("idle.help")
    room.touches(f"help.to_{what}")
    room.sees(f"write.{what}")
    room.types(words)
    looks("written")
    room.touches("write.send")
    room.sees(f"heard.{what}")
    looks("heard")
    room.touches("help.ok")
    room.sees("idle.look")
    (wire,) = [wire for wire in room.run.entries() if wire["kind"] in {"suggestion", "offer", "offered_item"}]
    assert wire["body"]["words"] == words


# --- When something is not as usual


@each_place
def test_without_network_all_works_and_says_so(room, looks):
    """The mark stands at the top while the network is away, on the loan too, and goes when it is back."""
    room.shows(LinkState(offline=True))
    mark = room.words("status.offline_short")
    full = room.words("status.offline")
    assert any(room.person.sees(words) for words in (mark, full))
    looks("offline")
    room.shows(ANNA_COMES, SCAN_SANDER)
    room.touches("borrow.all")
    room.touches("borrow.main", thing=room.the(SANDER))
    room.sees("confirmed.offline", n=1)
    room.touches("done")
    room.sees("idle.look")
    room.shows(LinkState(offline=False))
    assert not any(room.person.sees(words) for words in (mark, full))


@each_place
def test_out_of_service_and_back(room, looks, monkeypatch):
    """A disk that takes nothing: the station rests and names another place; once it is well, all is as before."""
    monkeypatch.setattr(worker, "PROBE_SECONDS", 0.05)
    room.shows(ANNA_COMES, SCAN_SANDER)
    room.touches("borrow.all")
    room.finds("borrow.main", thing=room.the(SANDER))
    breaks(room.run)
    room.touches("borrow.main", thing=room.the(SANDER))
    room.sees("out.title")
    looks("out of service")
    assert room.person.sees("Åssiden") or room.person.sees("Gulskogen")
    mends(room.run)
    room.sees("idle.look")
    room.shows(ANNA_COMES)
    room.sees("account.holds_only", n=1)


@each_place
def test_after_the_power_came_back(room, looks, tmp_path):
    """What was lent is said to be saved, what was half done is not; one touch ends it."""
    room.shows(ANNA_COMES, SCAN_HAMMOCK)
    room.touches("borrow.all")
    room.touches("borrow.main", thing=room.the(HAMMOCK))
    room.sees("confirmed.saved", n=1)
    room.shows(SCAN_SANDER)
    room.sees("borrow.all")
    room.loses_power(tmp_path / "after")
    room.sees("power.title")
    room.sees("power.for_from", n=7, time=room.app.tr.time(datetime(2026, 11, 22, 12, 0)))  # noqa: DTZ001
    room.sees("power.not_saved")
    looks("power")
    room.touches("done")
    room.sees("idle.look")
    room.shows(ANNA_COMES)
    room.sees("account.title", n=1)


@each_place
def test_a_screen_that_stumbles_is_calm(room, looks, monkeypatch):
    """A screen that cannot be drawn gives way to a few calm words; a touch ends them, and the next card is served."""
    from kiosk.ui.screens import account  # noqa: PLC0415

    def falls(_screen):
        raise RuntimeError("planted")

    with monkeypatch.context() as planted:
        planted.setattr(account.AccountScreen, "build", falls)
        room.shows(ANNA_COMES)
        room.sees("sorry.title")
    looks("sorry")
    assert room.app.faults == 1
    room.app.faults = 0
    room.touches("done")
    room.sees("idle.look")
    room.shows(ANNA_COMES)
    room.sees("account.holds_only", n=1)


@each_place
def test_who_needs_longer_takes_it(room, looks):
    """Before a visit ends by itself the screen asks; a touch gives all the time again, as often as it is needed."""
    room.shows(ANNA_COMES)
    room.sees("account.holds_only", n=1)
    for _ in range(2):
        room.passes(50)
        room.sees("stay.question")
        looks("still here")
        room.touches("stay.button")
        room.run.entries()
        room.person.wait(3)
        assert not room.person.sees(room.words("stay.question"))
    room.passes(61)
    room.sees("idle.look")


# --- Reading aids


@each_place
def test_borrowing_with_reading_aids(room):
    """Larger letters, strong colours, low buttons and the voice, chosen by touch in the middle of a loan."""
    room.app.read_aloud(Aloud(voice := VoiceSimulator()))
    room.shows(ANNA_COMES, SCAN_SANDER)
    room.sees("borrow.all")
    room.touches("status.aids")
    room.touches("aids.text_2", room.words("aids.text"))
    room.touches("aids.contrast", room.words("aids.theme"))
    speaks = room.language != "se"
    assert room.can_touch(room.words("aids.on"), room.words("aids.voice")) is speaks
    if speaks:
        room.touches("aids.on", room.words("aids.voice"))
    room.touches("aids.reach_on", room.words("aids.reach"))
    assert room.app.aids == Aids(Theme.CONTRAST, 1.4, reach=True, voice=speaks, language=room.language)
    room.touches("aids.close")
    room.touches("borrow.all")
    room.touches("borrow.main", thing=room.the(SANDER))
    room.sees("confirmed.saved", n=1)
    assert bool(voice.said) is speaks
    assert len(room.bodies("loan")) == 1
    room.touches("done")
    room.shows()
    room.passes(62)
    assert room.app.aids == room.app.home


# --- Whatever stands there, a scan or a card is served

NOBODYS = {
    "list": ("idle.look",),
    "search": ("idle.look", "search.open"),
    "help": ("idle.help",),
    "nearby": ("idle.help", "help.to_nearby"),
    "suggest": ("idle.help", "help.to_suggest"),
    "offer": ("idle.help", "help.to_offer"),
    "impact": ("idle.help", "help.to_impact"),
    "counting": ("idle.help", "help.to_impact", "impact.how"),
    "code": ("idle.code",),
    "aids": ("status.aids",),
    "languages": ("language.name",),
}
VISITS = {
    "account": (),
    "help": ("status.aids", "aids.help"),
    "about me": ("about.entry",),
    "languages": ("language.name",),
    "aids": ("status.aids",),
}


def goes(room, way):
    for key in way:
        words = room.words(f"language.{room.language}" if key == "language.name" else key)
        short = room.words("about.entry_short") if key == "about.entry" else words
        room.touches_on(words if room.can_touch(words) else short)


@two_places
@pytest.mark.parametrize("way", NOBODYS.values(), ids=list(NOBODYS))
def test_a_thing_scanned_anywhere_is_asked_about(room, way):
    """Whatever somebody is reading: a thing that stands here is asked about, and a card then borrows it."""
    goes(room, way)
    room.shows(SCAN_SANDER)
    room.sees("ask_return.title", thing=room.the(SANDER))
    room.shows(ANNA_COMES)
    room.sees("borrow.all")


@two_places
@pytest.mark.parametrize("way", NOBODYS.values(), ids=list(NOBODYS))
def test_a_card_shown_anywhere_opens_the_account(room, way):
    """Whatever somebody is reading: their card shows what is theirs."""
    goes(room, way)
    room.shows(ANNA_COMES)
    room.sees("account.holds_only", n=1)


@two_places
@pytest.mark.parametrize("way", VISITS.values(), ids=list(VISITS))
def test_a_scan_during_a_visit_borrows_or_brings_back(room, way):
    """Whatever stands there after a card: what is on the shelf is borrowed, what is out is brought back."""
    lends(room, BERIT_COMES, SCAN_HAMMOCK)
    room.shows(ANNA_COMES)
    goes(room, way)
    room.shows(SCAN_HAMMOCK)
    room.touches("ask_return.yes")
    room.sees("returned.question")
    goes(room, way[:1] if way[:1] != ("about.entry",) else ())
    room.shows(SCAN_SANDER)
    room.sees("borrow.all")
    assert len(room.bodies("return")) == 1
