"""A PN532 that is a program: real bytes on a pseudo-terminal, faults on command.

It models the host protocol (wake-up, ACK, normal and extended frames, line speeds) and cards of type A.
It does not model radio timing, two cards at once, FeliCa, type B, or ISO-DEP chaining.
"""

import termios
from collections.abc import Callable, Iterator
from pathlib import Path

from hardware.card_reader.tags import MifareClassic, Ntag213, RandomUidCard, Tag
from hardware.errors import ControlRefused
from hardware.pty_device import PtyDevice

__all__ = ["Pn532Simulator"]

_START = b"\x00\xff"
_ACK = bytes.fromhex("0000ff00ff00")
_SYNTAX_ERROR = bytes.fromhex("0000ff01ff7f8100")
_TO_CHIP, _TO_HOST = 0xD4, 0xD5
_LONGEST_INPUT = 1024
_EXTENDED = 0xFF
_LONGEST_NORMAL = 254

_RX_MODE, _FIFO_DATA = 0x6303, 0x6339
_CRC_ON = 0x80
_SENS_REQ = 0x26  # still in the FIFO when no card answered it
_TIMEOUT = b"\x01"
_RF_FIELD = 0x01
_CASCADE = 0x88
_DOUBLE, _TRIPLE = 8, 12  # lengths of a UID with its cascade tags

_SPEEDS = (
    termios.B9600,
    termios.B19200,
    termios.B38400,
    termios.B57600,
    termios.B115200,
    termios.B230400,
    termios.B460800,
    termios.B921600,
)


class Pn532Simulator(PtyDevice):
    """A PN532 at `path`, with at most one card on it."""

    _spoil: Callable[[bytes], bytes] | None

    def __init__(self, link: Path | None = None) -> None:
        self._tag: Tag | None = None
        self._commands: dict[int, Callable[[bytes], bytes]] = {
            0x00: bytes,  # Diagnose, line test: the same back
            0x02: lambda _: bytes.fromhex("32010607"),  # GetFirmwareVersion
            0x06: self._read_registers,
            0x08: self._write_registers,
            0x10: self._set_speed,
            0x12: lambda _: b"",  # SetParameters
            0x14: lambda _: b"",  # SAMConfiguration
            0x16: lambda _: b"\x00",  # PowerDown
            0x32: self._configure_radio,
            0x42: self._talk_to_card,
            0x4A: self._list_cards,
        }
        super().__init__(link)

    # What a person does

    def place(self, tag: Tag) -> None:
        """Leave `tag` as the one card on the reader."""
        with self._lock:
            self._tag = tag
            self._selected = False

    def place_ntag(self, text: str, uid: bytes | None = None) -> None:
        """Place an NTAG213 with `text` in an NDEF text record; `uid` has 7 bytes."""
        self.place(Ntag213(text, uid))

    def place_uid(self, uid: bytes) -> None:
        """Place a MIFARE Classic that only has a UID, of 4 or 7 bytes."""
        self.place(MifareClassic(uid))

    def place_random_uid(self, text: str | None = None) -> None:
        """Place a phone or type 4 card with a new UID at each look."""
        self.place(RandomUidCard(text))

    def remove(self) -> None:
        """Take the card away."""
        with self._lock:
            if self._tag is None:
                raise ControlRefused("there is no card on the reader")
            self._tag = None

    # What goes wrong

    def garble(self) -> None:
        """Make the next answer fail its checksum."""
        self._spoil = lambda frame: frame[:-2] + bytes([frame[-2] ^ 0x55]) + frame[-1:]

    def tear(self) -> None:
        """Make the next answer end after its third byte."""
        self._spoil = lambda frame: frame[:3]

    def mute(self) -> None:
        """Make the chip silent until `unmute`, or until it is unplugged."""
        self._muted = True

    def unmute(self) -> None:
        """Make the chip answer again."""
        self._muted = False

    def weaken(self, exchanges: int) -> None:
        """Make the next exchanges with a card fail, as with a card held badly."""
        self._weak = exchanges

    def state(self) -> dict[str, object]:
        """Return what a control panel shows; it names the kind of card, not its number."""
        card = type(self._tag).__name__ if self._tag else None
        return {"plugged": self.plugged, "card": card, "muted": self._muted}

    # The chip

    def powered_up(self) -> None:
        """Start as the chip does: 115,200 baud, no field, no faults."""
        self._input = b""
        self._speed = self._next_speed = termios.B115200
        self._registers = {_RX_MODE: _CRC_ON}
        self._selected = False
        self._muted = False
        self._weak = 0
        self._spoil = None

    def received(self, data: bytes) -> None:
        """Answer each whole frame in what has come so far."""
        self._input = (self._input + data)[-_LONGEST_INPUT:]
        for frame in self._frames():
            if frame:
                self._run(frame)
            elif self._next_speed != self._speed:
                self._speed = self._next_speed  # the host's ACK puts the new speed in force

    def _frames(self) -> Iterator[bytes]:
        """Yield the data of each whole frame, empty for an ACK, and keep the rest for later."""
        while (start := self._input.find(_START)) >= 0:
            body = self._input[start + len(_START) :]
            head = 5 if body[:1] == bytes([_EXTENDED]) else 2
            if len(body) < head:
                return
            length = int.from_bytes(body[2:4], "big") if head > 2 else body[0]  # noqa: PLR2004 - extended
            if (sum(body[head - 3 : head] if head > 2 else body[:head])) & 0xFF:  # noqa: PLR2004 - extended
                self._input = body
                continue
            end = head + length + 1 if length else head  # an ACK has no data and no checksum
            if len(body) < end:
                return
            self._input = body[end:]
            if sum(body[head:end]) & 0xFF == 0:
                yield body[head : end - 1] if length else b""

    def _run(self, frame: bytes) -> None:
        if self._muted or self.speed() != self._speed:
            return
        self.send(_ACK)
        command = self._commands.get(frame[1]) if frame[0] == _TO_CHIP and len(frame) > 1 else None
        if command is None:
            self._reply(_SYNTAX_ERROR)
            return
        self._reply(_framed(bytes([_TO_HOST, frame[1] + 1]) + command(frame[2:])))

    def _reply(self, frame: bytes) -> None:
        spoil, self._spoil = self._spoil, None
        self.send(spoil(frame) if spoil else frame)

    def _read_registers(self, data: bytes) -> bytes:
        names = [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]
        return bytes(self._registers.get(name, 0) for name in names)

    def _write_registers(self, data: bytes) -> bytes:
        for at in range(0, len(data), 3):
            self._registers[int.from_bytes(data[at : at + 2], "big")] = data[at + 2]
        return b""

    def _set_speed(self, data: bytes) -> bytes:
        self._next_speed = _SPEEDS[data[0]]
        return b""

    def _configure_radio(self, data: bytes) -> bytes:
        if data[0] == _RF_FIELD and not data[1] & 1:
            self._selected = False
            if self._tag:
                self._tag.field_off()
        return b""

    def _list_cards(self, data: bytes) -> bytes:
        tag, wanted = self._tag, _without_cascade(data[2:])
        self._registers[_RX_MODE] = _CRC_ON
        if tag is None or data[1] != 0 or wanted not in (b"", tag.uid):
            self._selected = False
            self._registers[_FIFO_DATA] = _SENS_REQ
            return b"\x00"
        self._selected = True
        return b"\x01\x01" + tag.sens_res + bytes([tag.sel_res, len(tag.uid)]) + tag.uid

    def _talk_to_card(self, data: bytes) -> bytes:
        if self._tag is None or not self._selected or not data:
            return _TIMEOUT
        if self._weak > 0:
            self._weak -= 1
            return _TIMEOUT
        answer = self._tag.answer(data)
        if answer is None:
            self._selected = False
            return _TIMEOUT
        checked_by_chip = self._registers[_RX_MODE] & _CRC_ON or len(answer) == 1
        return b"\x00" + (answer if checked_by_chip else answer + _crc_a(answer))


def _framed(data: bytes) -> bytes:
    if len(data) > _LONGEST_NORMAL:
        size = len(data).to_bytes(2, "big")
        head = b"\xff\xff" + size + bytes([-sum(size) & 0xFF])
    else:
        head = bytes([len(data), -len(data) & 0xFF])
    return b"\x00" + _START + head + data + bytes([-sum(data) & 0xFF, 0])


def _without_cascade(uid: bytes) -> bytes:
    if len(uid) == _DOUBLE and uid[0] == _CASCADE:
        return uid[1:]
    return uid[1:4] + uid[5:] if len(uid) == _TRIPLE and uid[0] == uid[4] == _CASCADE else uid


def _crc_a(data: bytes) -> bytes:
    crc = 0x6363
    for octet in data:
        octet ^= crc & 0xFF  # noqa: PLW2901 - as ISO 14443-3 annex B writes it
        octet = (octet ^ (octet << 4)) & 0xFF  # noqa: PLW2901 - as above
        crc = (crc >> 8) ^ (octet << 8) ^ (octet << 3) ^ (octet >> 4)
    return crc.to_bytes(2, "little")
