"""What a scan means."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hardware.scanner.codes import LONGEST_CODE, ScannedCode, clean


def check_digit(digits, weights):
    return -sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11


def invented(day, first_is_off_by=0):
    """Return a well-formed number of somebody born in 1845, on this day of January: it was never given out."""
    for serial in range(600, 650):
        digits = f"{day}0145{serial}"
        first = check_digit(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2)) + first_is_off_by
        second = check_digit(f"{digits}{first}", (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) if first < 10 else 10
        if second < 10:
            return f"{digits}{first}{second}"
    raise AssertionError("no serial number gives two check digits")


@pytest.mark.parametrize(
    ("raw", "kind", "value"),
    [
        (b"2809901017\r", "item", "2809901017"),
        (b"03010824124004\r\n", "item", "03010824124004"),
        (b"0000000001", "item", "0000000001"),
        (b"\x02850012345\x03", "item", "850012345"),
        (b"]C003010824124004", "item", "03010824124004"),
        (b"]F0A30234000517861B\r", "item", "30234000517861"),
        (b"A30234000517861B", "item", "30234000517861"),
        (b"a30234000517861b", "item", "30234000517861"),
        (b"A12B", "item", "A12B"),
        (b"]F0A12B", "item", "12"),
        (b"]A0A30234000517861", "item", "A30234000517861"),
        (b"skruer-12", "item", "SKRUER-12"),
        (b"*DRILL 7*", "item", "DRILL 7"),
        (b"X" * 32, "item", "X" * 32),
        (b"N000123456\r\n", "card", "N000123456"),
        (b"]A0*N000123456*\r\n", "card", "N000123456"),
        (b"*n000123456*", "card", "N000123456"),
        (b"]C0N000123456", "card", "N000123456"),
        (b"AN000123456B", "card", "N000123456"),
        (b"N00012345", "item", "N00012345"),
        (b"9788203361234", "isbn", "9788203361234"),
        (b"]E09791234567896\n", "isbn", "9791234567896"),
        (b"97882033612345", "item", "97882033612345"),
        (b"]C101095011010209171719050810ABCD1234", "gs1", ""),
        (b"]d20109501101020917", "gs1", ""),
        (b"0109501101020917\x1d10ABC", "gs1", ""),
        (b"", "malformed", ""),
        (b"\r\n", "malformed", ""),
        (b"]A0", "malformed", ""),
        (b"**", "malformed", ""),
        (b"X" * 33, "malformed", ""),
        (b"https://example.org", "malformed", ""),
        ("SLØYD1".encode(), "malformed", ""),
        (b"12\x0034", "malformed", ""),
        (b"12\xff34", "malformed", ""),
    ],
)
def test_each_scan_has_one_meaning(raw, kind, value):
    """Each raw scan in the table gives the kind and value beside it."""
    code = clean(raw)
    assert (code.kind, code.value) == (kind, value)


@pytest.mark.parametrize("day", ["01", "31", "41", "71"])
@pytest.mark.parametrize("around", ["{}\r\n", "]C0{}", "*{}*"])
def test_a_norwegian_national_number_is_refused_and_dropped(day, around):
    """A well-formed national number, or one with 40 added to the day, is refused and its digits dropped."""
    assert clean(around.format(invented(day)).encode()) == ScannedCode("national_id")


@pytest.mark.parametrize("day", ["00", "32", "40", "72"])
def test_eleven_digits_without_a_date_are_an_item(day):
    """Right check digits alone do not make a national number."""
    assert clean(invented(day).encode()).kind == "item"


def test_eleven_digits_with_a_wrong_check_digit_are_an_item():
    """A date alone does not make a national number: each check digit must be right."""
    number = invented("01")
    second_wrong = number[:10] + str((int(number[10]) + 1) % 10)
    assert clean(second_wrong.encode()).kind == "item"
    assert clean(invented("01", first_is_off_by=1).encode()).kind == "item"


@pytest.mark.parametrize(
    ("raw", "marked"),
    [
        (b"2809901017", True),
        (b"0101801234", True),
        (b"010180-1234", True),
        (b"2902001234", True),
        (b"8112189876", True),
        (b"8112189875", False),
        (b"3201801234", False),
        (b"0113801234", False),
        (b"2902011235", False),
        (b"03010824124004", False),
    ],
)
def test_ten_digits_that_may_be_a_person_are_marked_and_stay_an_item(raw, marked):
    """A code that could be a Danish or Swedish personal number is an item with a mark: the caller decides."""
    code = clean(raw)
    assert (code.kind, code.looks_like_cpr) == ("item", marked)


RAW = st.one_of(
    st.binary(max_size=300),
    st.text("0123456789N*]ABCDaF-$ \x1d\r\n\x02", max_size=45).map(str.encode),
    st.from_regex(rb"\A(\][A-Za-z][0-9])?[*A-D]?N?[0-9]{7,14}[*A-D]?\r?\n?\Z"),
)


@given(RAW)
@example(b"]F0A9788203361234B")
@example(b"AN000123456D")
def test_cleaning_never_raises_and_its_value_is_always_within_bounds(raw):
    """Whatever the bytes, there is an answer; a value has up to 32 characters of the known set, or is empty."""
    code = clean(raw)
    has_value = code.kind in ("item", "card", "isbn")
    assert has_value == bool(code.value)
    assert len(code.value) <= LONGEST_CODE
    assert re.fullmatch(r"[0-9A-Z.\-$/+% ]*", code.value)
    assert code.value == code.value.strip()
    if len(code.value) > 2:
        assert code.value not in repr(code) + str(code)


@given(st.from_regex(r"\A[0-9]{1,32}\Z", fullmatch=True))
def test_digits_are_kept_as_they_are(digits):
    """A code of digits is never shortened, padded or turned into a number."""
    assert clean(digits.encode()).value in (digits, "")
    assert clean(digits.encode()).kind != "malformed"


def test_a_code_never_shows(difference):
    """No repr, text or failed comparison shows a code."""
    one, other = clean(b"2809901017"), clean(b"N000123456")
    with pytest.raises(ValueError, match="no item code") as refused:
        ScannedCode("item", "2809901017!")
    shown = f"{one} {other!r} {difference(one, other)} {refused.value}"
    assert "2809901017" not in shown
    assert "000123456" not in shown


@pytest.mark.parametrize(
    ("kind", "value"), [("item", ""), ("item", "å"), ("item", "1" * 33), ("gs1", "1"), ("national_id", "1")]
)
def test_only_valid_codes_exist(kind, value):
    """A code outside the character set, too long, or kept where it must be dropped, cannot be made."""
    with pytest.raises(ValueError, match="code has such a value"):
        ScannedCode(kind, value)
