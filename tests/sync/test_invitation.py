"""The letter a station is let in with: written, read back, and anything else refused without a crash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.strategies import many

from lending.errors import Refused
from sync.invitation import LONGEST, Invitation, NoInvitation, looks_like_one, read, write

PIN = "ab" * 32
LETTER = Invitation("ls-0042", "ABCDEFGHIJKLMNOP", "https://hub.example.org", PIN)
ALPHABET = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@pytest.mark.parametrize(
    "letter",
    [
        LETTER,
        Invitation("a", "A" * 16, "http://127.0.0.1:8000"),
        Invitation("ls-1", "Z" * 16, "https://example.org/library/hub", PIN),
    ],
)
def test_a_letter_is_read_as_it_was_written(letter):
    """What is written is read back, also with a scanner's AIM identifier and its end."""
    text = write(letter)
    assert read(text) == read(b"]Q1" + text.encode() + b"\r") == letter
    assert looks_like_one(b"]Q1" + text.encode())


def test_a_letter_fits_a_small_symbol_and_survives_swapped_capitals():
    """Without a path all signs are of QR's short alphabet, and a scanner with its capitals inverted is understood."""
    text = write(LETTER)
    assert set(text) <= ALPHABET
    assert read(text.lower()) == LETTER
    assert "ABCDEFGHIJKLMNOP" not in repr(LETTER)


@pytest.mark.parametrize(
    "url",
    [
        "http://hub.example.org",
        "ftp://hub.example.org",
        "https://",
        "https://a b",
        "https://u:p@hub.example.org",
        "https://hub.example.org/?x=1",
        "https://hub.example.org:99999",
        "https://" + "x" * 200,
        "https://hub*example.org",
        "https://[::1",
    ],
)
def test_an_address_that_cannot_be_trusted_is_not_written(url):
    """Only https stands in a letter, or http to this machine itself."""
    with pytest.raises(Refused):
        write(Invitation("ls-0042", "A" * 16, url))


def test_every_letter_with_one_wrong_sign_is_refused():
    """A line that lost or changed a sign is not read as another letter."""
    text = write(LETTER)
    for at in range(len(text)):
        for torn in (text[:at] + text[at + 1 :], text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]):
            with pytest.raises(NoInvitation):
                read(torn)


@pytest.mark.parametrize("raw", [b"NB-000123", b"NB12345", b"]Q1NB1", b"*NB1*", b"NB", b""])
def test_a_code_of_a_thing_is_no_letter(raw):
    """Items whose codes begin like a letter are returned and checked as any others."""
    assert not looks_like_one(raw)


def test_a_newer_letter_says_so():
    """A letter of a version that is not known yet is told from one that was not read whole."""
    with pytest.raises(NoInvitation) as caught:
        read("NB2*WHATEVER")
    assert caught.value.newer


@many
@given(
    st.one_of(
        st.binary(max_size=2 * LONGEST),
        st.binary(max_size=60).map(lambda tail: b"NB1*" + tail),
        st.lists(st.text(max_size=20), max_size=8).map("*".join).map(str.encode),
        st.text(max_size=50).map(lambda tail: write(LETTER).replace("HTTPS", tail).encode(errors="replace")),
    )
)
def test_no_bytes_are_more_than_refused(raw):
    """Whatever a scanner sends is a letter or is refused; nothing else is raised, and the text is not repeated."""
    looks_like_one(raw)
    said = ""
    try:
        read(raw)
    except NoInvitation as no:
        said = str(no)
    assert len(raw) <= 8 or raw.decode(errors="replace") not in said
