"""The PN532 driver against a simulated PN532, through the real nfcpy."""

import logging
import os
import subprocess
import sys
import termios
import time

import pytest

from hardware.card_reader import pn532
from hardware.card_reader.late import LateReader
from hardware.card_reader.pn532 import Pn532Reader
from hardware.card_reader.port import CardId, CardPlaced, CardRemoved, CardUnreadable, identify
from hardware.card_reader.simulator import Pn532Simulator
from hardware.device import DeviceDown, DeviceUp
from hardware.errors import DeviceFault, Reason, SettingError

NUMBER = CardId("N000123456")
UP = DeviceUp("reader")


def test_a_numbered_tag_is_placed_by_its_number_and_removed_once(reader, reader_simulator):
    """A tag with a card number is told as that number, once, and as removed when it is gone."""
    assert reader.events.next() == UP
    reader_simulator.place_ntag("N000123456")
    assert reader.events.next() == CardPlaced(NUMBER)
    assert reader.events.quiet(0.1)
    reader_simulator.remove()
    assert reader.events.next() == CardRemoved()
    assert reader.events.quiet(0.1)


@pytest.mark.parametrize("uid", ["DEADBEEF", "04A1B2C3D4E5F6"])
def test_a_card_without_a_number_is_told_by_its_uid(reader, reader_simulator, uid):
    """A card that only has a UID is told as that UID, leading zeros and all."""
    reader_simulator.place_uid(bytes.fromhex(uid))
    assert reader.events.next() == UP
    assert reader.events.next() == CardPlaced(CardId(f"uid:{uid}"))


@pytest.mark.parametrize(
    "text", ["hello", "N12345678", "N0001234567", "n000123456", "N00012345\uff16", "X N000123456"]
)
def test_a_text_that_is_no_card_number_leaves_the_uid(reader, reader_simulator, text):
    """Only N and nine plain digits count as a card number; with anything else the UID stands."""
    reader_simulator.place_ntag(text, bytes.fromhex("04A1B2C3D4E5F6"))
    assert reader.events.next() == UP
    assert reader.events.next() == CardPlaced(CardId("uid:04A1B2C3D4E5F6"))


def test_a_random_uid_is_refused_once_and_its_leaving_is_told(reader, reader_simulator):
    """A phone that shows a new UID at each look is refused once, not at every look."""
    reader_simulator.place_random_uid()
    assert reader.events.next() == UP
    assert reader.events.next() == CardUnreadable("random_uid")
    assert reader.events.quiet(0.15)
    reader_simulator.remove()
    assert reader.events.next() == CardRemoved()


def test_a_card_number_counts_also_on_a_card_with_a_random_uid(reader, reader_simulator):
    """A type 4 card that carries a number is told by it, though its UID is random."""
    reader_simulator.place_random_uid("N000123456")
    assert reader.events.next() == UP
    assert reader.events.next() == CardPlaced(NUMBER)
    assert reader.events.quiet(0.1)


@pytest.mark.parametrize("failing", [1, 2, 5, 8, 11, 14, 18])
def test_a_numbered_card_held_badly_is_never_taken_for_its_uid(reader, reader_simulator, failing):
    """However many exchanges fail while a card is put down, it is told by its number or not at all."""
    assert reader.events.next() == UP
    with reader_simulator._lock:
        reader_simulator.weaken(failing)
        reader_simulator.place_ntag("N000123456")
    assert reader.events.next() == CardPlaced(NUMBER)


def test_a_card_that_never_lets_itself_be_read_is_told_as_such(reader, reader_simulator):
    """A card that shows a UID but cannot be read is told as unreadable once, and the reader stays up."""
    assert reader.events.next() == UP
    with reader_simulator._lock:
        reader_simulator.weaken(1_000_000)
        reader_simulator.place_ntag("N000123456")
    assert reader.events.next() == CardUnreadable("read_failed")
    assert reader.events.quiet(0.1)


def test_another_card_takes_over_only_after_the_first_is_gone(reader, reader_simulator):
    """Between two cards there is always a removal."""
    reader_simulator.place_ntag("N000123456")
    assert [reader.events.next(), reader.events.next()] == [UP, CardPlaced(NUMBER)]
    reader_simulator.place_ntag("N000000042")
    assert reader.events.next() == CardRemoved()
    assert reader.events.next() == CardPlaced(CardId("N000000042"))


def test_an_empty_reader_is_asked_little_and_rests_without_a_field(reader_simulator):
    """Two commands ask whether a card is there; the second takes the field away. A reader is empty nearly always."""
    driver = Pn532Reader(reader_simulator.path)
    driver.open()
    asked = []
    with reader_simulator._lock:
        answers = dict(reader_simulator._commands)
        for number in answers:
            reader_simulator._commands[number] = lambda data, of=number: (
                asked.append((of, data[:2])) or answers[of](data)
            )
    try:
        assert driver.poll() == []
        assert asked == [(0x4A, b"\x01\x00"), (0x32, b"\x01\x02")]
        with reader_simulator._lock:
            reader_simulator.weaken(1000)
            reader_simulator.place_ntag("N000123456")
        assert driver.poll() == []
        assert asked[-1] == (0x32, b"\x01\x02")
    finally:
        driver.close()


def test_a_card_missed_twice_is_still_there(reader_simulator):
    """Two looks that miss the card say nothing; the third says it is gone."""
    driver = Pn532Reader(reader_simulator.path)
    driver.open()
    reader_simulator.place_ntag("N000123456")
    assert driver.poll() == [CardPlaced(NUMBER)]
    reader_simulator.remove()
    assert [driver.poll(), driver.poll()] == [[], []]
    reader_simulator.place_ntag("N000123456")
    assert driver.poll() == []
    reader_simulator.remove()
    assert [driver.poll(), driver.poll(), driver.poll()] == [[], [], [CardRemoved()]]
    driver.close()


class EndlessCard:
    """A type 4 card that asks for more time, for ever."""

    sens_res, sel_res, uid = b"\x03\x44", 0x20, bytes.fromhex("04010203040506")

    def field_off(self):
        """Forget nothing."""

    def answer(self, command):
        """Answer RATS, then ask for more time."""
        return bytes.fromhex("067577810280") if command[0] == 0xE0 else b"\xf2\x01"


def test_a_card_that_asks_for_more_time_for_ever_does_not_hold_the_reader(reader, reader_simulator, monkeypatch):
    """A hostile card is given up after a set time, and the next card is served."""
    monkeypatch.setattr(pn532, "LONGEST_READING", 0.05)
    reader_simulator.place(EndlessCard())
    assert reader.events.next() == UP
    assert reader.events.next() == CardUnreadable("read_failed")
    reader_simulator.place_ntag("N000123456")
    assert [reader.events.next(), reader.events.next()] == [CardRemoved(), CardPlaced(NUMBER)]


class RubbishCard:
    """A type 4 card that answers the activation with too few bytes for nfcpy to index."""

    sens_res, sel_res, uid = b"\x03\x44", 0x20, bytes.fromhex("04010203040506")

    def field_off(self):
        """Forget nothing."""

    def answer(self, command):  # noqa: ARG002 - whatever is asked
        """Answer one byte."""
        return b"\x05"


def test_a_card_that_makes_nfcpy_stumble_does_not_take_the_reader_down(reader, reader_simulator):
    """A card whose answers break the library's code is told as unreadable, and the reader stays up."""
    reader_simulator.place(RubbishCard())
    assert reader.events.next() == UP
    assert reader.events.next() == CardUnreadable("read_failed")
    assert reader.thread.health().opens == 1


@pytest.mark.parametrize("fault", ["garble", "tear"])
def test_one_bad_frame_closes_the_reader_and_opens_it_again(reader, reader_simulator, fault):
    """After a garbled or torn frame the reader is down once, up again, and reads the card again."""
    reader_simulator.place_ntag("N000123456")
    assert [reader.events.next(), reader.events.next()] == [UP, CardPlaced(NUMBER)]
    getattr(reader_simulator, fault)()
    down = reader.events.next()
    assert isinstance(down, DeviceDown)
    assert [reader.events.next(), reader.events.next()] == [UP, CardPlaced(NUMBER)]


def test_a_silent_reader_is_down_once_until_it_speaks_again(reader, reader_simulator):
    """A reader that stops answering is told as down once, however often it is tried, and comes back."""
    assert reader.events.next() == UP
    reader_simulator.mute()
    assert reader.events.next() == DeviceDown("reader", Reason.NO_ANSWER)
    assert reader.events.quiet(0.8)
    reader_simulator.unmute()
    assert reader.events.next() == UP


def test_a_reader_pulled_and_put_back_reads_the_card_again(reader, reader_simulator):
    """A pulled plug is told as down; put back, the reader is up and the card that lies there is read."""
    reader_simulator.place_ntag("N000123456")
    assert [reader.events.next(), reader.events.next()] == [UP, CardPlaced(NUMBER)]
    reader_simulator.unplug()
    assert isinstance(reader.events.next(), DeviceDown)
    assert reader.events.quiet(0.1)
    reader_simulator.plug()
    assert [reader.events.next(), reader.events.next()] == [UP, CardPlaced(NUMBER)]


def test_a_reader_that_is_not_there_is_told_as_not_found(start, tmp_path):
    """A path with nothing at it is told as down, not found, and tried again for ever."""
    run = start("reader", Pn532Reader(str(tmp_path / "reader")))
    assert run.events.next() == DeviceDown("reader", Reason.NOT_FOUND)


def test_the_chip_is_found_again_after_the_station_was_killed(reader_simulator):
    """A chip left at high speed by a killed station is brought back, without a power cycle."""
    killed = Pn532Reader(reader_simulator.path)
    killed.open()
    assert reader_simulator._speed == termios.B921600
    killed._line.close()  # as the kernel does for a killed program: no farewell to the chip
    driver = Pn532Reader(reader_simulator.path)
    driver.open()
    assert driver.poll() == []
    driver.close()


def test_a_second_program_is_refused_the_reader(reader_simulator, start):
    """Only one program has the reader; the other is told it is in use, and the first goes on."""
    first = start("first", Pn532Reader(reader_simulator.path, interval=0.01))
    assert first.events.next() == DeviceUp("first")
    second = start("second", Pn532Reader(reader_simulator.path))
    assert second.events.next() == DeviceDown("second", Reason.IN_USE)
    assert first.events.quiet(0.1)


def test_a_path_that_a_shell_would_run_is_refused(tmp_path):
    """A path with characters of the shell never reaches nfcpy, which gives paths to a shell."""
    marker = tmp_path / "ran"
    with pytest.raises(SettingError):
        Pn532Reader(f"/dev/null;touch {marker}").open()
    assert not marker.exists()


def test_a_closed_reader_says_so(reader_simulator):
    """Polling a reader that was not opened is a fault, and closing it twice is none."""
    driver = Pn532Reader(reader_simulator.path)
    driver.close()
    driver.close()
    with pytest.raises(DeviceFault):
        driver.poll()


def test_a_station_loads_the_reader_s_library_in_the_reader_s_thread(reader_simulator, start):
    """To import it takes a quarter of a second, which no screen waits for; then the reader reads."""
    program = "import sys, kiosk.run; sys.exit('nfc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
    late = LateReader(reader_simulator.path, interval=0.01)
    late.close()
    with pytest.raises(DeviceFault):
        late.poll()
    reader_simulator.place_ntag("N000123456")
    run = start("reader", late)
    assert [run.events.next(), run.events.next()] == [UP, CardPlaced(NUMBER)]


def test_files_stay_steady_over_many_replugs(reader_simulator, open_files):
    """Fifty times pulled and put back, the driver holds no more open files than at first."""
    driver = Pn532Reader(reader_simulator.path)
    driver.open()
    before = open_files()
    for _ in range(50):
        reader_simulator.unplug()
        with pytest.raises(Exception):  # noqa: B017, PT011 - any of a handful, that is the point
            driver.poll()
        driver.close()
        with pytest.raises(OSError, match="No such file"):
            driver.open()
        driver.close()
        reader_simulator.plug()
        driver.open()
    assert open_files() == before
    driver.close()


def test_files_stay_steady_over_a_silent_reader(reader_simulator, open_files):
    """A reader that never answers costs no open files, however often it is tried."""
    reader_simulator.mute()
    before = open_files()
    driver = Pn532Reader(reader_simulator.path)
    for _ in range(3):
        with pytest.raises(OSError, match=r"such device|timed out"):
            driver.open()
        line = driver._line
        driver.close()
        assert line.tty is None
    assert open_files() == before


def test_the_reader_stops_at_once(reader, reader_simulator):
    """A reader with a card on it stops in less than half a second, and leaves the chip at its first speed."""
    reader_simulator.place_ntag("N000123456")
    assert [reader.events.next(), reader.events.next()] == [UP, CardPlaced(NUMBER)]
    began = time.monotonic()
    assert reader.thread.stop(0.5)
    assert time.monotonic() - began < 0.5
    after = Pn532Reader(reader_simulator.path)
    after.open()
    after.close()


def test_no_log_holds_a_card_number(reader, reader_simulator, caplog):
    """At DEBUG, no logger of ours or of nfcpy writes a number or UID, also when cards and frames go wrong."""
    caplog.set_level(logging.DEBUG)
    assert reader.events.next() == UP
    reader_simulator.place_ntag("N000123456", bytes.fromhex("04A1B2C3D4E5F6"))
    assert reader.events.next() == CardPlaced(NUMBER)
    reader_simulator.place(RubbishCard())
    assert reader.events.next() == CardRemoved()
    assert reader.events.next() == CardUnreadable("read_failed")
    reader_simulator.garble()
    assert isinstance(reader.events.next(), DeviceDown)
    assert reader.events.next() == UP
    assert reader.thread.stop()
    written = " ".join(f"{record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records)
    assert "reader is up" in written
    for secret in ("000123456", "A1B2C3", "a1b2c3", "010203040506", "4e303030"):
        assert secret not in written


def test_a_card_id_never_shows(difference):
    """No repr, text, event or failed comparison shows a card id."""
    one, other = CardId("N000123456"), CardId("uid:04A1B2C3D4E5F6")
    shown = f"{one} {one!r} {CardPlaced(one)} {[other]} {difference(CardPlaced(one), CardPlaced(other))}"
    with pytest.raises(ValueError, match="no card id") as refused:
        CardId("N12345678X")
    for secret in ("000123456", "04A1B2", "12345678X"):
        assert secret not in shown + str(refused.value)


@pytest.mark.parametrize(
    "value", ["", "N12345678", "000123456", "uid:", "uid:04A1B2", "uid:04a1b2c3", "uid:04A1B2C3\n"]
)
def test_only_whole_card_ids_exist(value):
    """A card id is N and nine digits, or a UID of 4, 7 or 10 bytes in capitals; nothing else can be made."""
    with pytest.raises(ValueError, match="no card id"):
        CardId(value)


def test_identity_is_decided_by_number_then_uid():
    """The first card number wins; else the UID, unless it is four bytes that begin with 08."""
    assert identify(bytes.fromhex("08112233"), ["x", "N000123456", "N000000001"]) == NUMBER
    assert identify(bytes.fromhex("08112233"), []) is None
    assert identify(bytes.fromhex("08112233445566"), []) == CardId("uid:08112233445566")


def test_the_simulator_leaves_nothing_behind(open_files, tmp_path):
    """A closed simulator leaves no link and no open file."""
    before = open_files()
    link = tmp_path / "reader"
    with Pn532Simulator(link) as simulator:
        assert os.path.realpath(simulator.path).startswith("/dev/pts/")
    assert not link.is_symlink()
    assert open_files() == before
