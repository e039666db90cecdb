"""A person of staff at a station with a real desk and a real file: touches, scans, and what is written by them."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from support.desks import DeskRun, words_in
from support.library import ANNA, DRILL, HAMMER, SAW, STAFF, UNKNOWN_CODE, make_feed

from kiosk.desk.machine import DeviceState, Machine
from kiosk.desk.messages import HubClockHeard
from kiosk.ui.aids import Aids
from kiosk.ui.app import KioskApp
from kiosk.ui.gallery import NOW
from kiosk.ui.gallery.measure import Gauge
from kiosk.ui.person import Person
from kiosk.ui.screens.staff_register import NameTile
from kiosk.ui.screens.staff_work import ThingList
from kiosk.ui.theme import SHAPES
from kiosk.ui.widgets.panel import ThingDisc
from kiosk.ui.widgets.words import Words
from lending.visit import CardShown, ItemScanned, OddScan, OddScanned
from sync.feed import FeedCard

pytestmark = pytest.mark.screen

PLACES = [("nb", (1280, 800)), ("en", (800, 480)), ("en", (720, 1280)), ("nb", (480, 800))]
each_place = pytest.mark.parametrize("counter", PLACES, ids=lambda place: f"{place[0]}-{place[1][0]}", indirect=True)


class Workshop:
    """A machine with a reader that is down and a scanner that works."""

    def __init__(self):
        self.tried = 0

    def look(self):
        """Return how the machine is."""
        reader = DeviceState("card_reader", up=False, since=3600, reason="PortGone")
        return Machine(
            (reader, DeviceState("scanner", up=True, since=9, last_read=5)), 4 * 10**9, 8 * 10**9, 5 * 10**6, 60.0
        )

    def try_again(self):
        """Count it."""
        self.tried += 1


class Counter:
    """A station, its screen, and a person of staff in front of it."""

    def __init__(self, folder, language, size):
        feed = make_feed()
        feed = replace(feed, cards=(*feed.cards, FeedCard(STAFF, blocked=False, staff=True)))
        self.run = DeskRun(folder / "station.db", feed=feed)
        self.machine = self.run.desk._caretaker = Workshop()
        self.app = KioskApp(self.run.desk.submit, lambda: self.run.clock.read().up_ms, lambda: NOW, language)
        eyes = self.run.eyes
        self.run.desk._show = lambda view: (eyes(view), self.app.show(view))
        self.app.open()
        self.app.resize(*size)
        self.person = Person(self.app)
        self.nb = language == "nb"
        self.run.desk.start()

    def says(self, nb, en):
        """Wait for the words in the language of this screen."""
        self.person.wait_for(nb if self.nb else en)

    def touches(self, nb, en):
        """Touch what says these words once it is there."""
        words = nb if self.nb else en
        self.run.entries()  # what was touched before has been served
        self.person.wait(3)
        end = time.monotonic() + 3
        while time.monotonic() < end and not any(box.says.startswith(words) for box in self.person.controls()):
            self.person.wait()
            time.sleep(0.005)
        self.person.touch(words)

    def gives(self, *inputs):
        """Lay a card down or scan something, and wait until it is served and shown."""
        self.run.gives(*inputs)
        self.run.entries()
        self.person.wait(3)

    def tasks(self):
        """Open the list of tasks with a staff card."""
        self.gives(CardShown(STAFF))
        self.touches("Flere oppgaver", "More tasks")
        self.says("Hva vil du gjøre?", "What do you want to do?")

    def bodies(self, kind):
        """Return what the journal has of a kind."""
        return [wire["body"] for wire in self.run.entries() if wire["kind"] == kind]


@pytest.fixture
def counter(request, tmp_path):
    """A counter in the language and size asked for; nothing may go wrong on its screen."""
    counter = Counter(tmp_path, *request.param)
    yield counter
    counter.run.desk.stop()
    counter.app.close()
    assert counter.app.faults == 0


@each_place
def test_a_whole_count(counter):
    """Count, leave, come back, undo, finish: one entry with what was found and what was not."""
    counter.tasks()
    counter.touches("Tell opp", "Count the shelf")
    counter.says("Ingenting er skannet ennå.", "Nothing is scanned yet.")
    counter.gives(ItemScanned(DRILL.code), ItemScanned(HAMMER.code))
    counter.touches("Fortsett senere", "Go on later")
    counter.says("2 talt så langt", "2 counted so far")
    counter.touches("Tell opp", "Count the shelf")
    counter.gives(ItemScanned(UNKNOWN_CODE))
    counter.says("En ting vi ikke kjenner", "A thing we don't know")
    counter.touches("Angre siste", "Undo the last")
    counter.touches("Ferdig å telle", "Done counting")
    counter.says("2 ting er talt og lagret.", "2 things are counted and saved.")
    (count,) = counter.bodies("stock_count")
    assert count["found"] == [DRILL.code, HAMMER.code]
    assert SAW.code in count["missing"]
    assert DRILL.code not in count["missing"]
    counter.touches("Til menyen", "To the menu")
    counter.touches("Ferdig", "Done")


@each_place
def test_a_registration_by_name(counter):
    """Scan the tag, type two letters, choose, take it back, and choose again from the list."""
    counter.tasks()
    counter.touches("Ny ting", "New thing")
    counter.says("Skann den nye merkelappen.", "Scan the new tag.")
    counter.gives(ItemScanned(UNKNOWN_CODE))
    counter.touches("Søk", "Search")
    wanted = DRILL.name.get("nb" if counter.nb else "en")
    for letter in wanted[:2].lower():
        counter.touches(letter, letter)
    counter.touches(wanted, wanted)
    counter.says("er registrert.", "is registered.")
    counter.touches("Angre", "Undo")
    counter.says("Skann den nye merkelappen.", "Scan the new tag.")
    counter.gives(ItemScanned(UNKNOWN_CODE))
    counter.touches(wanted, wanted)
    counter.says("Så kan den lånes ut.", "Then it can be lent.")
    first = {"item": UNKNOWN_CODE, "thing": DRILL.thing, "undo": False}
    assert counter.bodies("item_registered") == [first, first | {"undo": True}, first]
    counter.gives(ItemScanned(UNKNOWN_CODE))
    counter.says("Den er registrert her.", "It is registered here.")


@each_place
def test_a_note(counter):
    """A note is typed with the keys on the screen and saved; the next one begins empty."""
    counter.tasks()
    counter.touches("Skriv et notat", "Write a note")
    counter.touches("Skriv noe først", "Write something first")
    assert counter.bodies("staff_note") == []
    for letter in "lampe":
        counter.touches(letter, letter)
    counter.touches("Lagre notatet", "Save the note")
    counter.says("Notatet er lagret.", "The note is saved.")
    assert counter.bodies("staff_note") == [{"words": "lampe"}]
    assert not counter.person.sees("lampe")


@each_place
def test_how_the_station_is(counter):
    """What does not work is counted at the top and stands first; "try again" reaches the devices."""
    now = counter.run.clock.read()
    counter.run.gives(HubClockHeard(now.boot, now.up_ms, now.wall_ms + 600_000, 20))
    counter.tasks()
    counter.touches("Slik er stasjonen", "How the station is")
    counter.says("1 virker ikke", "1 not working")
    reads = counter.person.reads()
    down, well = ("Virker ikke", "Virker") if counter.nb else ("Not working", "Works")
    assert reads.index(down) < reads.index(well)
    assert counter.person.sees("600 sekunder" if counter.nb else "600 seconds")
    counter.touches("Prøv igjen nå", "Try again now")
    counter.run.entries()
    assert counter.machine.tried == 1
    counter.touches("Til menyen", "To the menu")


@each_place
def test_trying_the_readers_and_moving_a_thing(counter):
    """A card and codes are seen as kinds, never as what they are; a thing is taken away and that is undone."""
    counter.tasks()
    counter.touches("Prøv leserne", "Try the readers")
    counter.gives(CardShown(ANNA))
    counter.says("Et kort vi kjenner", "A card we know")
    counter.gives(ItemScanned(UNKNOWN_CODE), OddScanned(OddScan.ISBN))
    counter.says("En annen slags kode", "Another kind of code")
    assert UNKNOWN_CODE not in " ".join(words_in(counter.run.eyes.views))
    counter.touches("Til oppgavene", "To the tasks")
    counter.touches("Flytt en ting", "Move a thing")
    counter.gives(ItemScanned(DRILL.code))
    counter.touches("Tas bort herfra", "Taken away")
    counter.says("Den er tatt bort herfra.", "It was taken away.")
    counter.touches("Angre", "Undo")
    counter.says("Den står her.", "It is here.")
    assert [body["here"] for body in counter.bodies("item_moved")] == [False, True]


# --- Larger text, and reach mode: nothing is only counted


@pytest.mark.parametrize("size", [(800, 480), (720, 1280)], ids=str)
@pytest.mark.parametrize("text", [1.4, 2.0])
def test_larger_lists_still_name_their_things(kiosk, size, text):
    """Six things of a count, five to check and six to choose from are named, whatever pages that takes."""
    kiosk.resize(*size)
    kiosk.app.use(Aids(text=text))
    for name, kind, least in (
        ("count-many", ThingDisc, 12), ("count-done-lacks", ThingDisc, 6), ("staff-many", ThingDisc, 5),
        ("register-choose", NameTile, 6),
    ):  # fmt: skip
        kiosk.show(name)
        assert len([box for box in kiosk.app.screen.walk() if isinstance(box, kind)]) >= least, name
        assert Gauge(kiosk.app, pixels=False).measure().findings == [], name


@pytest.mark.parametrize("size", SHAPES, ids=str)
def test_lists_fill_their_panels(kiosk, size):
    """At ordinary text no row is left out that has room: below the last is less than one more would take."""
    kiosk.resize(*size)
    for name in ("count", "count-many", "count-done-lacks"):
        kiosk.show(name)
        for box in kiosk.app.screen.walk():
            counts = [inner for inner in box.walk() if isinstance(inner, Words) and inner.text.endswith("ting til")]
            if isinstance(box, ThingList) and counts:
                assert box.rect.bottom - counts[0].rect.bottom < (84 if kiosk.app.shape.large else 58), name


def test_one_button_more_has_all_the_room(kiosk):
    """Where a list has one page only, the way back is as wide as anywhere else."""
    for size, wide in (((720, 1280), 640), ((800, 480), 368)):
        kiosk.resize(*size)
        kiosk.show("register-choose")
        assert kiosk.person.find("Til oppgavene").rect.w == wide


def test_in_reach_mode_the_state_takes_no_page_for_its_code(kiosk):
    """The code one reads out on the telephone stands under the list it belongs to."""
    kiosk.resize(720, 1280)
    kiosk.app.use(Aids(reach=True))
    for name in ("state", "state-worst"):
        kiosk.show(name)
        assert kiosk.app.screen.sheet_pages == 1, name


@pytest.mark.parametrize("size", SHAPES, ids=str)
def test_who_writes_a_note_is_told_what_does_not_belong_in_it(kiosk, size):
    """Before the first letter it stands there, above the line or in it, that no name and no card is written."""
    kiosk.resize(*size)
    kiosk.show("note")
    assert kiosk.person.sees("Skriv ikke navn eller kortnummer.")
