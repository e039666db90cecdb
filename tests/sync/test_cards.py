"""Card ids never lie open."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from support.journals import make_identity
from support.strategies import some

from lending.errors import Refused
from sync.cards import CardKey, open_sealed_card, seal_card

CARD = "N999000123"
KEY = CardKey(3, b"s" * 32)
HUB = X25519PrivateKey.from_private_bytes(b"h" * 32)
HUB_PUBLIC = HUB.public_key().public_bytes_raw()


def test_the_hash_of_a_card_stays_the_same():
    """The same card has the same hash for ever, with the key's version before it; this one is recorded."""
    assert KEY.patron_ref(CARD) == "3:92ad879824ad3b46e855c72b7bc5629b"


@pytest.mark.parametrize("written", [" N999000123", "n999000123", "N999000123\n"])
def test_blanks_and_small_letters_do_not_matter(written):
    """A card is the same however a reader spells it."""
    assert KEY.patron_ref(written) == KEY.patron_ref(CARD)


def test_the_hash_depends_on_the_key():
    """Another key gives another hash, so that a stolen key can be changed."""
    assert CardKey(3, b"t" * 32).patron_ref(CARD) != KEY.patron_ref(CARD)
    assert CARD not in KEY.patron_ref(CARD)


def test_no_key_shows_in_a_repr():
    """Neither the card key nor an identity shows its secret."""
    identity = make_identity()
    assert repr(KEY) == "CardKey(version=3)"
    assert repr(identity) == "Identity(station='tøyen', epoch=1)"


@some
@given(st.text(min_size=1, max_size=60))
def test_the_hub_opens_what_was_sealed_to_it(card):
    """What a station seals the hub opens, and no two seals look alike."""
    first, second = seal_card(card, HUB_PUBLIC), seal_card(card, HUB_PUBLIC)
    assert open_sealed_card(first, HUB) == card.strip().upper()
    assert first != second


def test_no_other_hub_opens_it():
    """A seal for one hub is refused by another."""
    with pytest.raises(Refused):
        open_sealed_card(seal_card(CARD, HUB_PUBLIC), X25519PrivateKey.generate())


@some
@given(st.data())
def test_a_seal_that_was_tampered_with_is_refused(data):
    """A single bit changed anywhere, or anything cut off, is refused without saying what was inside."""
    raw = bytearray(base64.b64decode(seal_card(CARD, HUB_PUBLIC)))
    if data.draw(st.booleans()):
        del raw[data.draw(st.integers(0, len(raw) - 1)) :]
    else:
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 6))
    with pytest.raises(Refused) as caught:
        open_sealed_card(base64.b64encode(raw).decode(), HUB)
    assert CARD not in str(caught.value)


@some
@given(st.text(max_size=80))
def test_what_is_no_seal_is_refused(text):
    """Any text that is no seal is refused."""
    with pytest.raises(Refused):
        open_sealed_card(text, HUB)
