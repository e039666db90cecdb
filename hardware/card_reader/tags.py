"""Cards that are programs: what each answers when the simulated reader speaks to it."""

import hashlib
import secrets
from typing import Protocol

__all__ = ["MifareClassic", "Ntag213", "RandomUidCard", "Tag"]

_READ, _GET_VERSION = 0x30, 0x60
_PAGE = 4
_NTAG213_PAGES = 45
_NTAG213_VERSION = bytes.fromhex("0004040201000F03")
_NAK = b"\x00"
_LONGEST_TEXT = 100


class Tag(Protocol):
    """A card in the field. `sens_res` is in the order the PN532 reports it."""

    sens_res: bytes
    sel_res: int
    uid: bytes

    def field_off(self) -> None:
        """Forget what a card forgets without power."""

    def answer(self, command: bytes) -> bytes | None:
        """Return the answer without checksum, None when the card keeps silent until selected again."""


def _text_message(text: str) -> bytes:
    encoded = text.encode()
    if len(encoded) > _LONGEST_TEXT:
        raise ValueError(f"a text on a card has up to {_LONGEST_TEXT} bytes")
    payload = b"\x02nb" + encoded
    return b"\xd1\x01" + bytes([len(payload)]) + b"T" + payload


class Ntag213:
    """An NTAG213 with one text record, in Norwegian. Without `uid` it gets one made from the text."""

    sens_res = b"\x00\x44"
    sel_res = 0x00

    def __init__(self, text: str, uid: bytes | None = None) -> None:
        self.uid = uid or b"\x04" + hashlib.sha256(text.encode()).digest()[:6]
        message = _text_message(text)
        start = self.uid[:3] + bytes([0x88 ^ self.uid[0] ^ self.uid[1] ^ self.uid[2]])
        check = self.uid[3] ^ self.uid[4] ^ self.uid[5] ^ self.uid[6]
        head = start + self.uid[3:] + bytes([check, 0x48, 0, 0]) + bytes.fromhex("E1101200")
        body = b"\x03" + bytes([len(message)]) + message + b"\xfe"
        self._memory = (head + body).ljust(_NTAG213_PAGES * _PAGE, b"\0")

    def field_off(self) -> None:
        """Forget nothing."""

    def answer(self, command: bytes) -> bytes | None:
        """Answer READ and GET_VERSION; anything else makes the card silent."""
        if command[0] == _GET_VERSION:
            return _NTAG213_VERSION
        if command[0] != _READ:
            return None
        if command[1] >= _NTAG213_PAGES:
            return _NAK
        rolled = self._memory + self._memory
        return rolled[command[1] * _PAGE :][: 4 * _PAGE]


class MifareClassic:
    """A MIFARE Classic 1K: a UID, and silence without its keys."""

    sens_res = b"\x00\x04"
    sel_res = 0x08

    def __init__(self, uid: bytes) -> None:
        self.uid = uid

    def field_off(self) -> None:
        """Forget nothing."""

    def answer(self, command: bytes) -> bytes | None:  # noqa: ARG002 - whatever is asked
        """Keep silent."""
        return None


class RandomUidCard:
    """A type 4 card or phone with a new UID at each power-up; with `text`, an NDEF application too."""

    sens_res = b"\x03\x44"
    sel_res = 0x20

    def __init__(self, text: str | None = None) -> None:
        self.field_off()
        message = b"" if text is None else _text_message(text)
        self._files = {b"\xe1\x03": bytes.fromhex("000F20003B00340406E104008000FF")}
        self._files[b"\xe1\x04"] = len(message).to_bytes(2, "big") + message
        self._has_ndef = text is not None
        self._file = b""

    def field_off(self) -> None:
        """Take another UID."""
        self.uid = b"\x08" + secrets.token_bytes(3)

    def answer(self, command: bytes) -> bytes | None:
        """Answer RATS, and APDUs in single blocks."""
        if command[0] == 0xE0:  # RATS  # noqa: PLR2004 - as in ISO 14443-4
            return bytes.fromhex("067577810280")
        if command[0] & 0xEE == 0x02:  # I-block  # noqa: PLR2004 - as in ISO 14443-4
            return command[:1] + self._apdu(command[1:])
        if command[0] & 0xFE == 0xB2:  # R(NAK), the presence check  # noqa: PLR2004 - as in ISO 14443-4
            return bytes([command[0] & 1 | 0xA2])
        return None

    def _apdu(self, apdu: bytes) -> bytes:
        instruction, p1, data = apdu[1], apdu[2], apdu[5 : 5 + apdu[4]]
        if instruction == 0xA4 and p1 == 0x04:  # SELECT by name  # noqa: PLR2004 - as in ISO 7816-4
            known = self._has_ndef and data == bytes.fromhex("D2760000850101")
            return b"\x90\x00" if known else b"\x6a\x82"
        if instruction == 0xA4:  # SELECT by file id  # noqa: PLR2004 - as in ISO 7816-4
            self._file = self._files.get(bytes(data), b"")
            return b"\x90\x00" if self._file else b"\x6a\x82"
        if instruction == 0xB0:  # READ BINARY  # noqa: PLR2004 - as in ISO 7816-4
            start = int.from_bytes(apdu[2:4], "big")
            return self._file[start : start + apdu[4]] + b"\x90\x00"
        return b"\x6d\x00"
