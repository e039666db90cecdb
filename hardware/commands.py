"""The words of the control line, and what each does to the simulators."""

import json
import re
from collections.abc import Callable

from hardware.card_reader.simulator import Pn532Simulator
from hardware.errors import ControlRefused
from hardware.scanner.simulator import ScannerSimulator

__all__ = ["HELP", "Commands"]

HELP = (
    "place ntag TEXT [UID of 14 hex digits] | place uid HEX | place random [TEXT] | remove | "
    "scan CODE | scanhex HEX | noise BYTES | garble | tear | mute | unmute | weaken EXCHANGES | "
    "unplug reader | unplug scanner | replug reader | replug scanner | state | help"
)
MOST_NOISE = 100_000
_TEXT = re.compile(r"[!-~æøåÆØÅäöÄÖ]{1,60}")
_UID = re.compile(r"[0-9A-Fa-f]{8}|[0-9A-Fa-f]{14}")
_LONG_UID = 14


class Commands:
    """Commands for one reader and one scanner, from one caller at a time."""

    def __init__(self, reader: Pn532Simulator, scanner: ScannerSimulator) -> None:
        self._reader = reader
        self._scanner = scanner
        self._words: dict[str, Callable[[list[str]], str | None]] = {
            "place": self._place,
            "remove": lambda words: self._plain(words, reader.remove),
            "garble": lambda words: self._plain(words, reader.garble),
            "tear": lambda words: self._plain(words, reader.tear),
            "mute": lambda words: self._plain(words, reader.mute),
            "unmute": lambda words: self._plain(words, reader.unmute),
            "weaken": lambda words: reader.weaken(_number(words, 1000)),
            "scan": self._scan,
            "scanhex": self._scanhex,
            "noise": lambda words: scanner.noise(_number(words, MOST_NOISE)),
            "unplug": lambda words: self._device(words).unplug(),
            "replug": lambda words: self._device(words).plug(),
            "state": self._state,
            "help": lambda _: HELP,
        }

    def perform(self, line: str) -> str:
        """Return details, "" if there are none, when it is done; raises ControlRefused with a sentence."""
        words = line.split(" ")
        command = self._words.get(words[0])
        if command is None:
            raise ControlRefused("there is no such command; try: help")
        return command(words[1:]) or ""

    def _place(self, words: list[str]) -> None:
        match words:
            case ["ntag", text] if _TEXT.fullmatch(text):
                self._reader.place_ntag(text)
            case ["ntag", text, uid] if _TEXT.fullmatch(text) and _UID.fullmatch(uid) and len(uid) == _LONG_UID:
                self._reader.place_ntag(text, bytes.fromhex(uid))
            case ["uid", uid] if _UID.fullmatch(uid):
                self._reader.place_uid(bytes.fromhex(uid))
            case ["random"]:
                self._reader.place_random_uid()
            case ["random", text] if _TEXT.fullmatch(text):
                self._reader.place_random_uid(text)
            case _:
                raise ControlRefused("say: place ntag TEXT, place uid HEX (8 or 14 digits), or place random")

    def _scan(self, words: list[str]) -> None:
        code = " ".join(words)
        if not code:
            raise ControlRefused("say: scan CODE")
        self._scanner.scan(code)

    def _scanhex(self, words: list[str]) -> None:
        try:
            self._scanner.scan_bytes([bytes.fromhex(" ".join(words))])
        except ValueError:
            raise ControlRefused("say: scanhex and hexadecimal digits") from None

    def _device(self, words: list[str]) -> Pn532Simulator | ScannerSimulator:
        match words:
            case ["reader"]:
                return self._reader
            case ["scanner"]:
                return self._scanner
            case _:
                raise ControlRefused("say which: reader or scanner")

    def _state(self, _words: list[str]) -> str:
        return json.dumps({"reader": self._reader.state(), "scanner": self._scanner.state()})

    @staticmethod
    def _plain(words: list[str], act: Callable[[], None]) -> None:
        if words:
            raise ControlRefused("this command stands alone")
        act()


def _number(words: list[str], most: int) -> int:
    if len(words) != 1 or not words[0].isascii() or not words[0].isdigit() or len(words[0]) > len(str(most)):
        raise ControlRefused(f"say a number up to {most}")
    number = int(words[0])
    if number > most:
        raise ControlRefused(f"say a number up to {most}")
    return number
