"""The demo's control panel: lays cards on the simulated reader, scans things, pulls plugs.

`python -m nabolan.demo.panel --devices HOST:PORT --network HOST:PORT` opens its window. What the buttons send are
the words of the simulators' control line, and "cut" and "mend" to whoever holds the network line.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assets import demo
from assets.demo import DemoItem
from hardware.control import ControlClient
from hardware.errors import ControlRefused
from kiosk.ui import environment
from lending.nouns import Text
from nabolan.demo.story import BLOCKED, NEIGHBOUR, RESIDENT, STRANGER
from nabolan.demo.world import STATION

if TYPE_CHECKING:
    from kiosk.ui.panel import Group, Press, Said

WIDTH, HEIGHT = 440, 800
ROWS_OF_THINGS = 4
BOOK = "9788205366152"
NOBODYS_CODE = "0301999000017"
NOISE_BYTES = 64
LIFTED_SECONDS = 0.4
"""How long the reader is left empty between two cards, as between two people."""
_PATIENCE = 3.0


def _text(nb: str, en: str) -> Text:
    return Text.of({"nb": nb, "en": en})


TITLE = _text("Kort, ting og uhell", "Cards, things and mishaps")
HINT = _text("Legg et kort på leseren, så våkner stasjonen.", "Lay a card on the reader, and the station wakes.")
NO_ANSWER = _text("De simulerte enhetene svarer ikke.", "The simulated devices do not answer.")
REFUSALS = {
    "there is no card on the reader": _text("Det ligger ikke noe på leseren.", "There is no card on the reader."),
    "the scanner is unplugged": _text(
        "Skanneren er dratt ut. Sett den inn først.", "The scanner is unplugged. Plug it in first."
    ),
}
"""What the simulators can refuse, in the words of the panel; anything else is shown as they say it."""


class Bench:
    """The two control lines, with what a person does at them."""

    def __init__(self, devices: ControlClient, network: ControlClient) -> None:
        self._devices = devices
        self._network = network

    def lay(self, card: str) -> None:
        """Lay a card on the reader, after lifting the one that may lie there."""
        try:
            self._devices.send("remove")
        except ControlRefused:
            pass  # it is empty
        else:
            time.sleep(LIFTED_SECONDS)
        self._devices.send(f"place {card}")

    def play(self, command: str) -> None:
        """Do what the devices' control line knows."""
        self._devices.send(command)

    def network(self, command: str) -> None:
        """Cut or mend the network line."""
        self._network.send(command)


_Row = tuple[Text, Text, str, str]
"""A button: what it says, what happened once it was pressed, the command it sends, its icon."""

_LIES = _text("Kortet ligger på leseren.", "The card lies on the reader.")
_CARDS: tuple[_Row, ...] = (
    (_text("Kort i orden", "A card in order"), _LIES, f"ntag {RESIDENT}", "circle-check"),
    (_text("Naboens kort", "A neighbour's card"), _LIES, f"ntag {NEIGHBOUR}", "users"),
    (_text("Sperret kort", "A blocked card"), _LIES, f"ntag {BLOCKED}", "ban"),
    (_text("Ukjent kort", "An unknown card"), _LIES, f"ntag {STRANGER}", "circle-question-mark"),
    (_text("Mobiltelefon", "A mobile phone"), _text("Telefonen ligger på leseren. Den har nytt nummer hver gang.",
     "The phone lies on the reader. Its number is new each time."), "random", "phone"),
)  # fmt: skip
_LIFT: _Row = (_text("Ta bort kortet", "Remove the card"), _text("Leseren er tom.", "The reader is empty."),
               "remove", "undo-2")  # fmt: skip
_ODD_SCANS: tuple[_Row, ...] = (
    (_text("Bok (ISBN)", "Book (ISBN)"), _text("Skannet: en bok", "Scanned: a book"), f"scan {BOOK}", ""),
    (_text("Ukjent kode", "Unknown code"), _text("Skannet: en kode ingen kjenner", "Scanned: a code nobody knows"),
     f"scan {NOBODYS_CODE}", ""),
    (_text("Støy", "Noise"), _text("Skanneren sendte støy.", "The scanner sent noise."), f"noise {NOISE_BYTES}", ""),
)  # fmt: skip
_PLUGS: tuple[_Row, ...] = (
    (_text("Dra ut leseren", "Unplug the reader"), _text("Kortleseren er dratt ut.", "The card reader is unplugged."),
     "unplug reader", "nfc"),
    (_text("Sett inn leseren", "Plug it in again"), _text("Kortleseren sitter i.", "The card reader is plugged in."),
     "replug reader", "plug-zap"),
    (_text("Dra ut skanneren", "Unplug the scanner"), _text("Skanneren er dratt ut.", "The scanner is unplugged."),
     "unplug scanner", "scan-barcode"),
    (_text("Sett inn skanneren", "Plug it in again"), _text("Skanneren sitter i.", "The scanner is plugged in."),
     "replug scanner", "plug-zap"),
)  # fmt: skip
_NETWORK: tuple[_Row, ...] = (
    (_text("Kutt nettet", "Cut the network"), _text("Nettet er kuttet. Lån og levering går som før.",
     "The network is cut. Borrowing and returning go on."), "cut", "wifi-off"),
    (_text("Nettet tilbake", "Mend the network"), _text("Nettet er tilbake.", "The network is back."),
     "mend", "wifi"),
)  # fmt: skip


def groups(bench: Bench) -> tuple[Group, ...]:
    """Return the panel's buttons."""
    from kiosk.ui.panel import Group  # noqa: PLC0415 - Kivy reads its surroundings when it is imported

    things = tuple(_thing(bench, item) for item in demo.items_at(STATION))
    return (
        Group(_text("Legg kort på leseren", "Lay a card on the reader"),
              _buttons(bench.lay, *_CARDS) + _buttons(bench.play, _LIFT)),
        Group(_text("Skann", "Scan"), things, rows=ROWS_OF_THINGS),
        Group(None, _buttons(bench.play, *_ODD_SCANS), columns=3),
        Group(_text("Hva om …", "What if …"), _buttons(bench.play, *_PLUGS) + _buttons(bench.network, *_NETWORK)),
    )  # fmt: skip


def _buttons(send: Callable[[str], None], *rows: _Row) -> tuple[Press, ...]:
    from kiosk.ui.panel import Press  # noqa: PLC0415

    return tuple(Press(label, partial(_say, done, send, command), icon) for label, done, command, icon in rows)


def _thing(bench: Bench, item: DemoItem) -> Press:
    from kiosk.ui.panel import Press  # noqa: PLC0415

    done = _text(f"Skannet: {item.short.nb}", f"Scanned: {item.short.en}")
    scan = partial(_say, done, bench.play, f"scan {item.item_code}")
    return Press(_text(item.short.nb, item.short.en), scan, drawing=item.drawing, tint=item.tint)


def _say(done: Text, send: Callable[[str], None], command: str) -> Said:
    """Send a command; say `done`, or why it could not be done."""
    from kiosk.ui.panel import Said  # noqa: PLC0415

    try:
        send(command)
    except ControlRefused as refused:
        return Said(REFUSALS.get(str(refused)) or _text(str(refused), str(refused)), done=False)
    except OSError:
        return Said(NO_ANSWER, done=False)
    return Said(done)


def main() -> int:
    """Show the panel until its window is closed, or until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m nabolan.demo.panel")
    parser.add_argument("--devices", type=_client, required=True, help="host:port of the simulators' control line")
    parser.add_argument("--network", type=_client, required=True, help="host:port that takes cut and mend")
    parser.add_argument("--lang", choices=("nb", "en"), default="nb")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        environment.prepare(Path(home), environment.Window(WIDTH, HEIGHT, cursor=True))
        from kiosk.ui.panel import PanelWindow  # noqa: PLC0415 - only after prepare

        window = PanelWindow(TITLE, HINT, groups(Bench(chosen.devices, chosen.network)), chosen.lang)
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: window.stop())
        window.run()
    return 0


def _client(address: str) -> ControlClient:
    host, port = address.rsplit(":", 1)
    return ControlClient((host, int(port)), _PATIENCE)


if __name__ == "__main__":
    sys.exit(main())
