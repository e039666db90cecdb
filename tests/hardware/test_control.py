"""The line that plays the simulators, and the bench as a program of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from hardware.card_reader.pn532 import Pn532Reader
from hardware.card_reader.port import CardId, CardPlaced, CardRemoved, CardUnreadable
from hardware.commands import HELP
from hardware.control import LONGEST_LINE, MOST_CONNECTIONS, ControlClient, ControlServer
from hardware.device import DeviceDown, DeviceUp
from hardware.errors import ControlRefused
from hardware.scanner.codes import ScannedCode
from hardware.scanner.port import Scanned
from hardware.scanner.serial import SerialScanner
from hardware.simulate import SimulatedBench

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bench():
    with SimulatedBench() as bench:
        yield bench


@pytest.fixture
def play(bench):
    return ControlClient(bench.control_address).send


def test_a_visit_can_be_played_over_the_line(bench, play, start):
    """Placing, removing, scanning, unplugging and replugging over the line reach the real drivers."""
    reader = start("reader", Pn532Reader(bench.reader_path, interval=0.01)).events
    scanner = start("scanner", SerialScanner(bench.scanner_path)).events
    assert [reader.next(), scanner.next()] == [DeviceUp("reader"), DeviceUp("scanner")]
    assert play("place ntag N000123456") == ""
    assert reader.next() == CardPlaced(CardId("N000123456"))
    play("scan 2809901017")
    assert scanner.next() == Scanned(ScannedCode("item", "2809901017", looks_like_cpr=True))
    play("unplug scanner")
    assert isinstance(scanner.next(), DeviceDown)
    play("remove")
    assert reader.next() == CardRemoved()
    play("place uid 04A1B2C3")
    assert reader.next() == CardPlaced(CardId("uid:04A1B2C3"))
    play("unplug reader")
    assert isinstance(reader.next(), DeviceDown)
    play("place random")
    play("replug reader")
    assert [reader.next(), reader.next()] == [DeviceUp("reader"), CardUnreadable("random_uid")]
    play("garble")
    assert [type(reader.next()), reader.next()] == [DeviceDown, DeviceUp("reader")]
    play("replug scanner")
    assert scanner.next() == DeviceUp("scanner")
    play("scan N000 1")
    assert scanner.next() == Scanned(ScannedCode("item", "N000 1"))
    play("noise 10000")
    assert scanner.next() == Scanned(ScannedCode("malformed"))


def test_state_tells_what_is_plugged_and_placed_but_no_number(play):
    """The state is JSON of both devices, without any card number."""
    play("place ntag N000123456")
    play("unplug scanner")
    answer = play("state")
    assert json.loads(answer) == {
        "reader": {"plugged": True, "card": "Ntag213", "muted": False},
        "scanner": {"plugged": False},
    }
    assert "000123456" not in answer


@pytest.mark.parametrize(
    "command",
    [
        "",
        "dance",
        "place",
        "place ntag",
        "place ntag " + "N" * 61,
        "place ntag N000123456 04A1B2C3",
        "place uid 04A1B2",
        "place uid 04A1B2C3D4E5F6G7",
        "place uid ٠٤١١٢٢٣٣",
        "remove",
        "remove now",
        "replug reader",
        "unplug",
        "unplug station",
        "noise",
        "noise -1",
        "noise 100001",
        "noise " + "9" * 400,
        "noise ²",
        "scan",
        "scanhex 0",
        "weaken x",
        "PLACE ntag N000123456",
    ],
)
def test_what_cannot_be_done_is_answered_in_plain_words(play, command):
    """A command that makes no sense is refused with a sentence, and the next one works."""
    with pytest.raises(ControlRefused, match=r"^[a-z]") as refused:
        play(command)
    assert "did not work" not in str(refused.value)
    assert play("help") == HELP


def test_every_command_is_in_the_help(bench):
    """The help names each command there is."""
    named = {part.split()[0] for part in HELP.split("|")}
    assert named == set(bench.control._perform.__self__._words)


def test_scanning_with_the_scanner_unplugged_is_refused(play):
    """Nothing can be scanned with a scanner that is not there."""
    play("unplug scanner")
    with pytest.raises(ControlRefused, match="unplugged"):
        play("scan 2809901017")


def exchange(address, data):
    """Return all the server sends in answer to `data`, until it hangs up or is silent for 0.3 s."""
    with socket.create_connection(address, 5) as connection:
        connection.sendall(data)
        connection.settimeout(0.3)
        answer = b""
        try:
            while piece := connection.recv(4096):
                answer += piece
        except (TimeoutError, ConnectionResetError):
            pass
        return answer


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"\n", b"error: there is no such command"),
        (b"\xff\xfe\n", b"error: the line is not UTF-8"),
        (b"place ntag \x00\n", b"error: say: place"),
        (b"x" * (LONGEST_LINE + 1), b"error: the line is too long\n"),
        (b"x" * 100_000, b""),
        (b"POST / HTTP/1.1\r\n\r\nplace ntag N000123456\n", b""),
        (b"state\nremove\nstate", b"ok {"),
        (b"", b""),
    ],
)
def test_hostile_input_is_answered_or_cut_off_and_harms_nothing(bench, play, data, answer):
    """Garbage, endless lines and web pages get an error or a hang-up; the line then works as before."""
    try:
        assert exchange(bench.control_address, data).startswith(answer)
    except (BrokenPipeError, ConnectionResetError):
        assert len(data) > LONGEST_LINE
    assert json.loads(play("state"))["reader"]["card"] is None


def test_too_many_connections_are_turned_away_and_free_again_later(bench, play):
    """The number of connections is bounded; when some end, others are served."""
    held = [socket.create_connection(bench.control_address, 5) for _ in range(MOST_CONNECTIONS)]
    for connection in held:
        connection.sendall(b"state\n")
        assert connection.recv(2) == b"ok"
    assert exchange(bench.control_address, b"") == b""
    with pytest.raises(OSError, match=r"no answer|reset|Broken"):
        play("state")
    for connection in held:
        connection.close()
    assert play("help") == HELP


def test_a_fault_inside_a_command_is_an_answer_not_a_crash():
    """If a simulator itself fails, the line says so without details, and goes on."""

    def perform(line):
        if line == "break":
            raise ZeroDivisionError("secret-4711")
        return "fine"

    with ControlServer(perform) as server:
        client = ControlClient(server.address)
        with pytest.raises(ControlRefused, match=r"^it did not work \(ZeroDivisionError\)$"):
            client.send("break")
        assert client.send("go on") == "fine"


def test_the_line_listens_on_loopback_only(bench):
    """Nobody on the network can play the simulators."""
    assert bench.control._listener.getsockname()[0] == "127.0.0.1"


def test_a_closed_bench_leaves_nothing_behind(tmp_path, open_files):
    """After closing there is no link, no open file, and nobody at the line."""
    before = open_files()
    with SimulatedBench(tmp_path) as bench:
        ControlClient(bench.control_address).send("state")
        assert sorted(os.listdir(tmp_path)) == ["reader", "scanner"]  # noqa: PTH208 - names only
    assert list(tmp_path.iterdir()) == []
    assert open_files() == before
    with pytest.raises(ConnectionRefusedError):
        ControlClient(bench.control_address).send("state")


STATION = """
import sys
from hardware.card_reader.pn532 import Pn532Reader
reader = Pn532Reader(sys.argv[1])
reader.open()
print("open", flush=True)
sys.stdin.read()
"""


def test_the_bench_runs_on_its_own_and_outlives_a_killed_station(tmp_path, start):
    """The simulators in their own process serve a station that is killed, and the one after it."""
    folder = tmp_path / "bench"
    with subprocess.Popen(
        [sys.executable, "-m", "hardware.simulate", "--dir", str(folder)], cwd=ROOT, stdout=subprocess.PIPE
    ) as program:
        assert program.stdout.readline().startswith(b"ready")
        station = subprocess.Popen(
            [sys.executable, "-c", STATION, str(folder / "reader")],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        with station:
            assert station.stdout.readline() == b"open\n"
            station.kill()
        ControlClient.from_file(folder / "control").send("place ntag N000123456")
        run = start("reader", Pn532Reader(str(folder / "reader")))
        assert [run.events.next(), run.events.next()] == [DeviceUp("reader"), CardPlaced(CardId("N000123456"))]
        assert run.thread.stop()
        program.send_signal(signal.SIGTERM)
        assert program.wait(5) == 0
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("device", ["card_reader", "scanner", "voice"])
def test_each_device_has_a_manifest_that_holds(device):
    """A manifest names things that exist, and each quality is done or exempt for a reason."""
    manifest = tomllib.loads((ROOT / "hardware" / device / "manifest.toml").read_text(encoding="utf-8"))
    for key in ("driver", "simulator"):
        module, name = manifest[key].split(":")
        assert hasattr(__import__(module, fromlist=[name]), name)
    for rule, state in manifest["quality"].items():
        assert state == "done" or state["exempt"], rule
