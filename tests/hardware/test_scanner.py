"""The serial driver against a simulated scanner, through the real pyserial."""

import logging
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.device import DeviceDown, DeviceUp
from hardware.errors import DeviceFault, Reason
from hardware.scanner.codes import ScannedCode
from hardware.scanner.lines import IDLE, LONGEST_SCAN, LineSplitter
from hardware.scanner.port import Scanned
from hardware.scanner.serial import SerialScanner
from hardware.scanner.simulator import ScannerSimulator

UP = DeviceUp("scanner")
MALFORMED = Scanned(ScannedCode("malformed"))


def item(code, *, looks_like_cpr=True):
    return Scanned(ScannedCode("item", code, looks_like_cpr))


DRILL = item("2809901017")


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\t", b"\r\n"])
def test_every_usual_suffix_ends_a_scan_once(start, end):
    """CR, LF, TAB and CR LF each end a scan, and make one event."""
    with ScannerSimulator(suffix=end) as simulator:
        run = start("scanner", SerialScanner(simulator.path))
        assert run.events.next() == UP
        simulator.scan("2809901017")
        simulator.scan("03010824124004")
        assert [run.events.next(), run.events.next()] == [DRILL, item("03010824124004", looks_like_cpr=False)]
        assert run.events.quiet(0.05)
        assert run.thread.stop()


def test_a_scan_in_small_pieces_is_one_scan(scanner, scanner_simulator):
    """A code that arrives three bytes at a time, slowly, is one scan."""
    assert scanner.events.next() == UP
    scanner_simulator.scan_bytes([b"280", b"990", b"101", b"7\r\n"], pause=0.06)
    assert scanner.events.next() == DRILL


def test_a_burst_arrives_whole_and_in_order(scanner, scanner_simulator):
    """Fifty codes at once arrive as fifty scans, in order."""
    assert scanner.events.next() == UP
    codes = [f"030108{number:08d}" for number in range(50)]
    scanner_simulator.scan_bytes(["\r\n".join([*codes, ""]).encode()])
    assert [scanner.events.next().code.value for _ in codes] == codes


def test_an_aim_identifier_is_taken_off(scanner, scanner_simulator):
    """A card scanned with the AIM identifier of Code 39 and its stars is the card."""
    assert scanner.events.next() == UP
    scanner_simulator.scan("]A0*N000123456*")
    assert scanner.events.next() == Scanned(ScannedCode("card", "N000123456"))


def test_a_code_without_a_suffix_is_never_a_scan(scanner, scanner_simulator, eventually):
    """A code whose end does not come is dropped and counted, and does not stick to the next."""
    assert scanner.events.next() == UP
    scanner_simulator.scan_bytes([b"99999"])
    assert eventually(lambda: scanner.thread._driver.splitter.partial == 1)
    scanner_simulator.scan("2809901017")
    assert scanner.events.next() == DRILL


def test_a_quiet_line_is_waited_at_and_half_a_code_is_watched(scanner_simulator, eventually):
    """A silent scanner is asked seldom, which saves the processor; a code that has begun is watched closely."""
    driver = SerialScanner(scanner_simulator.path)
    driver.open()
    try:
        driver.poll()
        alone = driver._line.timeout
        scanner_simulator.scan_bytes([b"99999"])
        assert eventually(lambda: driver.poll() == [] and driver._line.timeout < IDLE / 2)
        assert eventually(lambda: driver.poll() == [] and driver._line.timeout == alone)
        assert driver.splitter.partial == 1
    finally:
        driver.close()


@pytest.mark.parametrize("seed", range(4))
def test_noise_is_at_most_one_malformed_scan_and_a_good_code_still_arrives(scanner, scanner_simulator, seed):
    """10 kB of noise give one malformed scan; after a moment's silence a code is read again."""
    assert scanner.events.next() == UP
    scanner_simulator.noise(10_000, seed)
    assert scanner.events.next() == MALFORMED
    assert scanner.events.quiet(IDLE + 0.1)
    scanner_simulator.scan("2809901017")
    assert scanner.events.next() == DRILL


def test_a_code_without_end_is_bounded(scanner, scanner_simulator):
    """10 kB of digits without an end are one malformed scan, and a code after them is read."""
    assert scanner.events.next() == UP
    scanner_simulator.scan_bytes([b"1" * 10_000])
    assert scanner.events.next() == MALFORMED
    assert scanner.events.quiet(IDLE + 0.1)
    scanner_simulator.scan("2809901017")
    assert scanner.events.next() == DRILL


def test_a_scanner_pulled_in_mid_code_forgets_the_half(scanner, scanner_simulator):
    """Half a code, a pulled plug, a replug: down, up, and only the next whole code is a scan."""
    assert scanner.events.next() == UP
    scanner_simulator.scan_bytes([b"28099"])
    scanner_simulator.unplug()
    assert isinstance(scanner.events.next(), DeviceDown)
    scanner_simulator.plug()
    assert scanner.events.next() == UP
    scanner_simulator.scan("2809901017")
    assert scanner.events.next() == DRILL


def test_what_was_scanned_before_the_station_listened_is_forgotten(scanner_simulator, start):
    """A code scanned while nobody listened does not turn up later in somebody's visit."""
    scanner_simulator.scan("0000000001")
    run = start("scanner", SerialScanner(scanner_simulator.path))
    assert run.events.next() == UP
    scanner_simulator.scan("2809901017")
    assert run.events.next() == DRILL


def test_a_second_program_is_refused_the_scanner(scanner, scanner_simulator, start):
    """Only one program has the scanner; the other is told it is in use."""
    assert scanner.events.next() == UP
    second = start("second", SerialScanner(scanner_simulator.path))
    assert second.events.next() == DeviceDown("second", Reason.IN_USE)
    scanner_simulator.scan("2809901017")
    assert scanner.events.next() == DRILL


def test_the_scanner_stops_at_once(scanner):
    """A scanner that waits for a code stops within a quarter of a second."""
    assert scanner.events.next() == UP
    began = time.monotonic()
    assert scanner.thread.stop(0.25)
    assert time.monotonic() - began < 0.25


def test_files_stay_steady_over_many_replugs(scanner_simulator, open_files):
    """Fifty times pulled and put back, the driver holds no more open files than at first."""
    driver = SerialScanner(scanner_simulator.path)
    driver.open()
    before = open_files()
    for _ in range(50):
        scanner_simulator.unplug()
        with pytest.raises(OSError, match=r"Input/output|returned no data"):
            driver.poll()
        driver.close()
        with pytest.raises(OSError, match="No such file"):
            driver.open()
        scanner_simulator.plug()
        driver.open()
    assert open_files() == before
    driver.close()
    with pytest.raises(DeviceFault):
        driver.poll()


def test_no_log_holds_a_scan(scanner, scanner_simulator, caplog):
    """At DEBUG, nothing that was scanned is written to a log, also when scans and plugs go wrong."""
    caplog.set_level(logging.DEBUG)
    assert scanner.events.next() == UP
    scanner_simulator.scan("N000123456")
    scanner_simulator.scan("2809901017æ")
    assert scanner.events.next().code.kind == "card"
    assert scanner.events.next() == MALFORMED
    scanner_simulator.unplug()
    assert isinstance(scanner.events.next(), DeviceDown)
    assert scanner.thread.stop()
    written = " ".join(f"{record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records)
    assert "scanner is down" in written
    assert "000123456" not in written
    assert "2809901017" not in written


@given(st.lists(st.binary(max_size=600), max_size=20))
@settings(max_examples=150, deadline=None)
def test_the_splitter_is_bounded_whatever_comes(pieces):
    """Whatever bytes come, no scan and no memory is longer than the limit, and no scan has an end in it."""
    splitter = LineSplitter()
    for piece in pieces:
        for scan in splitter.feed(piece, 0.0):
            assert 0 < len(scan) <= LONGEST_SCAN
            assert not set(scan) & set(b"\r\n\t")
        assert len(splitter._held) <= LONGEST_SCAN


@given(st.lists(st.text("0123456789N-", min_size=1, max_size=32), max_size=20), st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_where_the_bytes_are_cut_does_not_matter(codes, seed):
    """The same bytes give the same scans however they are cut into pieces."""
    data, cuts = "".join(f"{code}\r\n" for code in codes).encode(), random.Random(seed)
    splitter, scans = LineSplitter(), []
    while data:
        size = cuts.randint(1, 7)
        scans += splitter.feed(data[:size], 0.0)
        data = data[size:]
    assert scans == [code.encode() for code in codes]


def test_a_stalled_station_does_not_drop_half_a_code():
    """Only silence on the line ends a half scan: a pause in the station itself does not."""
    splitter = LineSplitter()
    assert splitter.feed(b"28099", 0.0) == []
    splitter.idle(IDLE - 0.01)
    assert splitter.feed(b"01017\r", 60.0) == [b"2809901017"]
    assert splitter.partial == 0
