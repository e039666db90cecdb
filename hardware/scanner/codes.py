"""What a scan means: cleaned, and sorted into what the station has an answer for.

Decisions that are not obvious:

* Codes are strings; leading zeros stay. No check digit is asked of an item: the largest library here has none.
* Lower-case letters become capitals. Koha compares barcodes without regard to case, so no two items differ
  by it, and a scanner with its capitals inverted still works. The catalogue must hold codes in capitals.
* Code 39 `*…*` is unwrapped. Codabar start and stop letters (A to D) are taken off when the scanner names
  Codabar by its AIM identifier, or when they enclose at least eight of Codabar's digits, or a card number;
  `A12B` without an identifier stays as it is.
* A Norwegian national number is refused by shape, date and both check digits: an ordinary item code meets
  them once in some three thousand. Its value is dropped at once.
* **A Danish CPR number cannot be told from an item code** of ten digits: 28 09 90 is a date, and the codes
  2809901017 and up are items. Hence `looks_like_cpr`, which the caller must use so: look the code up as an
  item first; only if no item has it, treat it as a national number, that is neither keep, show nor log it.
  Swedish personal numbers (ten digits, YYMMDD and a Luhn digit) are marked the same way.
* The value of a refused code (`gs1`, `national_id`, `malformed`) is empty: it may hold anything.
"""

import calendar
import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["LONGEST_CODE", "Kind", "ScannedCode", "clean"]

Kind = Literal["item", "card", "isbn", "gs1", "national_id", "malformed"]

LONGEST_CODE = 32

_CODE = re.compile(r"[0-9A-Z.\-$/+% ]{1,32}")
_CARD = re.compile(r"N[0-9]{9}")
_ISBN = re.compile(r"97[89][0-9]{10}")
_ELEVEN_DIGITS = re.compile(r"[0-9]{11}")
_TEN_DIGITS = re.compile(r"([0-9]{6})-?([0-9]{4})")
_AIM = re.compile(r"\](?P<symbology>[A-Za-z])(?P<modifier>[0-9A-Za-z])")
_GS1_AIM = ("]C1", "]e0", "]d2", "]Q3", "]J1")
_GROUP_SEPARATOR = "\x1d"
_FRAMING = "\x02\x03\r\n\t "
_CODABAR = re.compile(r"[A-D]([0-9\-$:/.+]+)[A-D]")
_CODABAR_UNNAMED = re.compile(r"[A-D]([0-9\-$:/.+]{8,}|N[0-9]{9})[A-D]")
_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_D_NUMBER = 40  # added to the day for people without a permanent number


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ScannedCode:
    """A code and its kind. The value never shows in a repr, nor in what pytest prints of two that differ."""

    kind: Kind
    value: str = ""
    looks_like_cpr: bool = False

    def __post_init__(self) -> None:
        has_value = self.kind in ("item", "card", "isbn")
        if has_value != bool(self.value) or (has_value and not _CODE.fullmatch(self.value)):
            raise ValueError(f"no {self.kind} code has such a value")

    def __repr__(self) -> str:
        return f"ScannedCode(kind={self.kind!r}, hidden)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ScannedCode) and other._key() == self._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[str, str, bool]:
        return self.kind, self.value, self.looks_like_cpr


def clean(raw: bytes) -> ScannedCode:
    """Return what was scanned; never raises, whatever the bytes are.

    `raw` is one scan, with or without its end characters, AIM identifier and start and stop characters.
    """
    if not raw.isascii():
        return ScannedCode("malformed")
    text = raw.decode("ascii").strip(_FRAMING)
    if text.startswith(_GS1_AIM) or _GROUP_SEPARATOR in text:
        return ScannedCode("gs1")
    code = _unwrap(text)
    return _sort(code) if _CODE.fullmatch(code) else ScannedCode("malformed")


def _unwrap(text: str) -> str:
    """Return the code without what its symbology puts around it, in capitals."""
    aim = _AIM.match(text)
    code = (text[aim.end() :] if aim else text).upper()
    if len(code) > 2 and code[0] == code[-1] == "*":  # noqa: PLR2004 - two stars and something between
        code = code[1:-1]
    named = aim is not None and aim["symbology"] == "F"
    codabar = (_CODABAR if named else _CODABAR_UNNAMED).fullmatch(code)
    return (codabar[1] if codabar else code).strip()


def _sort(code: str) -> ScannedCode:
    if _CARD.fullmatch(code):
        return ScannedCode("card", code)
    if _ISBN.fullmatch(code):
        return ScannedCode("isbn", code)
    if _is_norwegian(code):
        return ScannedCode("national_id")
    return ScannedCode("item", code, looks_like_cpr=_may_be_danish_or_swedish(code))


def _is_norwegian(code: str) -> bool:
    if not _ELEVEN_DIGITS.fullmatch(code):
        return False
    day = int(code[:2])
    born = _is_date(day, code[2:4], code[4:6]) or _is_date(day - _D_NUMBER, code[2:4], code[4:6])
    return born and _weighs_eleven(code, _FIRST_WEIGHTS) and _weighs_eleven(code, _SECOND_WEIGHTS)


def _may_be_danish_or_swedish(code: str) -> bool:
    found = _TEN_DIGITS.fullmatch(code)
    if not found:
        return False
    first, second, third = (found[1][at : at + 2] for at in (0, 2, 4))
    swedish = _is_date(int(third), second, first) and _is_luhn(found[1] + found[2])
    return _is_date(int(first), second, third) or swedish


def _is_date(day: int, month: str, year: str) -> bool:
    """Return whether there is such a day; the century is not known, so 29 February of 00 counts."""
    return 1 <= int(month) <= 12 and 1 <= day <= calendar.monthrange(2000 + int(year), int(month))[1]  # noqa: PLR2004 - months


def _weighs_eleven(code: str, weights: tuple[int, ...]) -> bool:
    return sum(int(digit) * weight for digit, weight in zip(code, weights, strict=True)) % 11 == 0


def _is_luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(digits))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
