"""The PN532 on a serial line or USB adapter, driven through nfcpy.

What nfcpy 1.0.4 makes necessary here:

* its own path search accepts no slash, dot or underscore, so the frontend is built by hand;
* it hands the path to a shell (`stty`), so only harmless paths are let through;
* its `close()` can leave the line open, or raise termios.error, so the line closes itself;
* it leaves the chip at 921,600 baud when the program is killed, and then finds no reader at 115,200;
* a card can keep it in a loop for ever (waiting-time extensions, empty answers), so a reading has a limit;
* below WARNING its loggers write card data.
"""

import logging
import os
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import ndef
import nfc
import nfc.clf
import nfc.tag
import serial
from nfc.clf import pn532, transport

from hardware.card_reader.port import (
    CardEvent,
    CardPlaced,
    CardRemoved,
    CardUnreadable,
    identify,
    is_random_uid,
)
from hardware.errors import CardTooSlow, DeviceFault, SettingError

__all__ = ["Pn532Reader"]

log = logging.getLogger(__name__)

MISSES_UNTIL_GONE = 3
FAILURES_UNTIL_UNREADABLE = 3
LONGEST_READING = 1.5  # seconds; an NTAG213 takes 0.02, a full NTAG216 less than 0.5

_SAFE_PATH = re.compile(r"/[A-Za-z0-9/._:-]+")
_RANDOM = b"random"  # stands for every random UID: such a card shows a new one at each look
_MIFARE_CLASSIC = 0x08  # a bit of SEL_RES
_ACK = pn532.Chipset.ACK
_WAKE_UP = bytes(10)
_TO_115200 = bytes.fromhex("0000ff03fdd410041800")  # SetSerialBaudRate 115200
_HIGH_SPEEDS = (921_600, 460_800, 230_400)


class Pn532Reader:
    """A driver for `DeviceThread` that reads cards of ISO 14443 type A.

    `path` is any tty or link to one; it is resolved at each open. A card stays "the card" until it was
    missed three times, whatever else comes into the field.
    """

    def __init__(self, path: str, interval: float = 0.1) -> None:
        self.interval = interval
        self._path = path
        self._line: _Line | None = None
        self._frontend: _Frontend | None = None
        self._card: bytes | None = None
        self._misses = 0
        self._failures = 0

    def open(self) -> None:
        """Leave the reader ready, or raise and leave the line to `close`."""
        logging.getLogger("nfc").setLevel(logging.WARNING)
        self._card, self._misses, self._failures = None, 0, 0
        port = os.path.realpath(self._path)
        if not _SAFE_PATH.fullmatch(port):
            raise SettingError("the reader's path has characters that no device path needs")
        self._line = _Line(port)
        self._frontend = _Frontend()
        self._frontend.device = _start_chip(self._line)
        self._frontend.device._path = port  # noqa: SLF001 - nfcpy's own open() sets it so

    def close(self) -> None:
        """Leave the line closed, and the chip at its first speed if it still listens."""
        frontend, self._frontend = self._frontend, None
        line, self._line = self._line, None
        if frontend is not None:
            with suppress(Exception):
                frontend.close()
        if line is not None:
            line.close()

    def poll(self) -> Sequence[CardEvent]:
        """Return what happened to cards since the last poll: nothing, one event, or a few."""
        if self._frontend is None:
            raise DeviceFault("the reader is not open")
        if self._card is not None:
            return self._watch_card()
        if not self._frontend.is_something_there():
            return []
        target = self._sense(None)
        events = [] if target is None or target.sdd_res is None else self._meet(bytes(target.sdd_res))
        if self._card is None:
            self._frontend.device.mute()  # so that a card that is tried again begins anew
        return events

    def _watch_card(self) -> list[CardEvent]:
        if self._still_there():
            self._misses = 0
            return []
        self._misses += 1
        if self._misses < MISSES_UNTIL_GONE:
            return []
        self._card, self._misses = None, 0
        return [CardRemoved()]

    def _still_there(self) -> bool:
        if self._card == _RANDOM:
            target = self._sense(None)
            return target is not None and is_random_uid(bytes(target.sdd_res))
        return self._sense(self._card) is not None

    def _meet(self, uid: bytes) -> list[CardEvent]:
        texts = self._read_texts(uid)
        if texts is None:
            self._failures += 1
            if self._failures < FAILURES_UNTIL_UNREADABLE:
                return []
        self._card, self._misses, self._failures = _RANDOM if is_random_uid(uid) else uid, 0, 0
        if texts is None:
            return [CardUnreadable("read_failed")]
        card = identify(uid, texts)
        return [CardUnreadable("random_uid") if card is None else CardPlaced(card)]

    def _read_texts(self, uid: bytes) -> list[str] | None:
        """Return the text records on the card, none if it has none, None if it could not be read.

        nfcpy says "no record" both for a card without one and for a card held badly. So no record
        counts only when a second look finds none either: else a numbered card would now and then be
        taken for another card, known by its UID.
        """
        first = self._look(uid)
        if first:
            return first
        second = self._look(uid)
        return second if second or first is not None else None

    def _look(self, uid: bytes) -> list[str] | None:
        target = self._sense(None if is_random_uid(uid) else uid)
        if target is None or self._frontend is None:
            return None
        try:
            return self._frontend.read_texts(target)
        except Exception as error:  # noqa: BLE001 - nfcpy trusts cards: an odd one raises anything, and
            # where it is the reader that fails, the next look for the card raises outside of this
            log.info("a card could not be read (%s)", type(error).__name__)
            return None

    def _sense(self, uid: bytes | None) -> Any:
        if self._frontend is None:
            raise DeviceFault("the reader is not open")
        wanted = nfc.clf.RemoteTarget("106A") if uid is None else nfc.clf.RemoteTarget("106A", sel_req=uid)
        return self._frontend.sense(wanted)


class _Line(transport.TTY):  # type: ignore[misc]  # nfcpy ships no types
    """A serial line nobody else can open, and that never waits for ever."""

    def open(self, port: str, baudrate: int = 115_200) -> None:
        """Leave the line open at `baudrate`, closed before if it was open."""
        self.close()
        self.tty = serial.Serial(port, baudrate, timeout=0.05, write_timeout=1.0, exclusive=True)

    def close(self) -> None:
        """Leave the line closed, also when the other end is gone.

        nfcpy would throw away first what was not sent yet: the ACK that puts a new speed in force.
        """
        if self.tty is not None:
            with suppress(Exception):
                self.tty.close()
            self.tty = None


class _Frontend(nfc.ContactlessFrontend):  # type: ignore[misc]  # nfcpy ships no types
    """nfcpy's frontend with a limit on the time one card may take."""

    _until = 0.0

    def is_something_there(self) -> bool:
        """Return whether a card of type A answers; the field is on only while it is asked.

        nfcpy's own look takes four commands to find an empty field, the last but one for a kind of card no library
        has; two are enough, and ten times a second that is most of what a reader costs.
        """
        answers = self.device.chipset.in_list_passive_target(1, 0, b"") is not None
        self.device.mute()
        return answers

    def read_texts(self, target: Any) -> list[str] | None:
        """Return the text records of the card at `target`, None if it did not let itself be read."""
        self._until = time.monotonic() + LONGEST_READING
        tag = nfc.tag.activate(self, target)
        if tag is None:
            return None
        if tag.ndef is None:
            return [] if _needs_keys(target) or tag.is_present else None
        try:
            return [record.text for record in tag.ndef.records if isinstance(record, ndef.TextRecord)]
        except (ndef.DecodeError, ValueError):
            return []  # a record was read well, and is rubbish

    def exchange(self, send_data: Any, timeout: float) -> Any:
        """Return the card's answer; raises CardTooSlow when this card had its time."""
        if time.monotonic() > self._until:
            raise CardTooSlow("the card took too long")
        return super().exchange(send_data, timeout)


def _needs_keys(target: Any) -> bool:
    """Return whether this is a MIFARE Classic, which keeps silent and so cannot show that it is held well."""
    return bool(target.sel_res[0] & _MIFARE_CLASSIC)


def _start_chip(line: _Line) -> Any:
    """Return nfcpy's device on `line`, also when the chip was left at a higher speed."""
    try:
        return pn532.init(line)
    except OSError:
        if not any(_slow_down(line, speed) for speed in _HIGH_SPEEDS):
            raise
    return pn532.init(line)


def _slow_down(line: _Line, speed: int) -> bool:
    """Return whether a chip that listened at `speed` now listens at 115,200 baud."""
    port = line.port
    patience = 1500 if port.startswith("/dev/ttyUSB") else 100  # ms; USB of a Pi is slow after an open
    line.open(port, speed)
    line.write(_WAKE_UP + _TO_115200)
    try:
        answered = bool(line.read(patience) == _ACK)
        if answered:
            line.read(100)
            line.write(_ACK)
            time.sleep(0.005)
    except (OSError, IndexError):  # nothing, or less than a frame
        return False
    return answered
