"""What residents write, without what leads to a person."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending import said as rules
from lending.said import LEFT_OUT, MOST_LETTERS, cleaned, kept_words


@pytest.mark.parametrize(
    "secret",
    [
        "kari.nordmann@example.no", "kari@nordmann", "22 33 44 55", "+47 900 00 000", "90000000", "900-00-000",
        "01019012345", "010190 12345", "(0047) 22.33.44.55", "19900101-1234", "010190-1234",
    ],
)  # fmt: skip
def test_numbers_and_addresses_go(secret):
    """Mail addresses, telephone numbers and national numbers are left out, whatever stands around them."""
    said = cleaned(f"en kajakk, ring {secret} etter jobb")
    assert (said.words, said.left_out) == (f"en kajakk, ring {LEFT_OUT} etter jobb", True)


def test_a_rule_for_what_is_written_holds_for_a_search_too(monkeypatch):
    """A shape that is to be left out of what people write is kept of no search either: the rules stand once."""
    assert kept_words("hengelås kode rosa") == "hengelås kode rosa"
    monkeypatch.setattr(rules, "_MAIL", re.compile("kode \\w+"))
    assert cleaned("hengelås kode rosa").words == f"hengelås {LEFT_OUT}"
    assert kept_words("hengelås kode rosa") is None


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("stige, 3,5 m!", "stige 3 5 m"),
        ("tøy_pose  (stor)", "tøy pose stor"),
        ("el-sag", "el-sag"),
        ("sag", "sag"),
        ("øl", None),
        ("fil 12345", "fil 12345"),
        ("fil 123 456", None),
        ("a" * 39 + " drill", "a" * 39),
    ],
)
def test_what_is_kept_of_a_search(words, kept):
    """Signs part words, three letters and five digits are enough and not too many, and the rest is cut off."""
    assert kept_words(words) == kept


_SHAPES = st.sampled_from(["kari@nordmann.no", "22 33 44 55", "010190-1234", "a@b", "drill", "3,5 m", ".", " ", "12"])


@given(st.lists(_SHAPES | st.text(max_size=12), max_size=6).map("".join))
def test_a_search_is_kept_more_sparingly_than_what_is_written(words):
    """What is left out of a text is never in a search, and what is kept of a search would be kept of a text."""
    kept = kept_words(words)
    if cleaned(words).left_out:
        assert kept is None
    if kept is not None:
        assert cleaned(kept) == rules.Said(kept, left_out=False)


@pytest.mark.parametrize(
    "words", ["en stige på 3,5 m", "drill 18 V, 2 batterier", "sykkel 26-28 tommer", "telt til 4, 2000 mm", "2 x 4 m"]
)
def test_measures_stay(words):
    """Sizes, counts and volts are what a thing is, and stay."""
    assert (cleaned(words).words, cleaned(words).left_out) == (words, False)


@pytest.mark.parametrize("words", ["", "   ", "...", "90000000", "kari@nordmann.no !", "\n\t"])
def test_nothing_is_nothing(words):
    """Where no letter and no small number is left, nothing is kept."""
    assert cleaned(words).words == ""


@given(st.text(max_size=2000))
def test_what_is_kept_is_short_and_on_one_line(words):
    """Whatever is typed: one line, bounded, and cleaning it again leaves it as it is."""
    said = cleaned(words)
    assert len(said.words) <= MOST_LETTERS
    assert said.words.isprintable()
    assert cleaned(said.words).words == said.words


def test_what_is_cut_ends_in_a_word():
    """Where the cut falls behind a space, the space goes too."""
    assert cleaned("a" * (MOST_LETTERS - 1) + " b").words == "a" * (MOST_LETTERS - 1)


def test_nothing_of_an_odd_address_is_left():
    """An address with one sign too many goes as a whole."""
    assert cleaned("skriv til kari@post@nordmann.no i dag").words == f"skriv til {LEFT_OUT} i dag"


def test_no_repr_shows_it():
    """What somebody wrote does not get into a log by the way."""
    assert "kajakk" not in repr(cleaned("en kajakk"))
