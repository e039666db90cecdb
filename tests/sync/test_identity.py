"""Who a station is, in one file only its own user can read."""

import json
import os
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from support import scripted_hub as hub_that
from support.journals import make_identity

from lending.errors import Damaged, NotAllowed, Refused, TryLater
from sync.agent.identity import FILE, KEY_FILE, enrol, load, save
from sync.agent.link import HubLink
from sync.cards import open_sealed_card

HUB_KEY = X25519PrivateKey.generate()
GRANTED = {
    "station": "s1",
    "token": "secret",
    "epoch": 2,
    "card_key": "6b" * 32,
    "card_key_version": 1,
    "hub_seal_key": HUB_KEY.public_key().public_bytes_raw().hex(),
}


@pytest.fixture
def hub():
    with hub_that.scripted_hub() as hub:
        yield hub


@pytest.fixture
def link(hub):
    link = HubLink(hub.url)
    yield link
    link.close()


def test_an_identity_comes_back_as_it_was(tmp_path):
    """What is saved is loaded again: station, keys and token."""
    identity = make_identity()
    save(tmp_path, identity)
    again = load(tmp_path)
    assert (again.station, again.epoch, again.token) == (identity.station, identity.epoch, identity.token)
    assert again.key.private_bytes_raw() == identity.key.private_bytes_raw()
    assert again.card_key == identity.card_key


def test_only_the_owner_can_read_it(tmp_path):
    """The file is 0600 whatever the umask, and nothing else is left beside it."""
    before = os.umask(0)
    try:
        save(tmp_path, make_identity())
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_save_cut_short_leaves_the_one_before(tmp_path):
    """A half written new file does not count, and the next save gets over it."""
    identity = make_identity("before")
    save(tmp_path, identity)
    (tmp_path / (FILE + ".new")).write_text('{"station": "ha', encoding="utf-8")
    assert load(tmp_path).station == "before"
    save(tmp_path, make_identity("after"))
    assert load(tmp_path).station == "after"


def test_a_station_without_identity_is_not_allowed(tmp_path):
    """Without the file the station is not enrolled, and is told what to do."""
    with pytest.raises(NotAllowed, match="enrol"):
        load(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"station": "s", "key": "zz"}', "\ufeff", '"text"'])
def test_a_damaged_identity_is_refused(tmp_path, text):
    """A file that cannot be understood is refused, and is told what to do."""
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match="enrol it again"):
        load(tmp_path)


def test_a_code_is_traded_for_an_identity(tmp_path, hub, link):
    """Enrolment makes a key here, sends its public half, and keeps what the hub grants."""
    hub.answers = [hub_that.says(200, json.dumps(GRANTED).encode())]
    identity = enrol(link, "ABCD-1234", tmp_path)
    (_, path, sent) = hub.calls[0]
    assert path == "/api/enrol"
    assert [file.name for file in tmp_path.iterdir()] == [FILE]
    assert sent == {"code": "ABCD-1234", "public_key": identity.key.public_key().public_bytes_raw().hex()}
    assert load(tmp_path).token == "secret"
    ref, sealed = identity.card("N999000123")
    assert ref.startswith("1:")
    assert open_sealed_card(sealed, HUB_KEY) == "N999000123"


@pytest.mark.parametrize(
    ("name", "value"),
    [("card_key", "zz"), ("hub_seal_key", "00"), ("epoch", "2"), ("token", None), ("station", 7), ("card_key", None)],
)
def test_a_grant_that_cannot_be_understood_is_refused(tmp_path, hub, link, name, value):
    """A grant with a field missing or of the wrong kind is refused, and no identity is kept."""
    hub.answers = [hub_that.says(200, json.dumps(GRANTED | {name: value}).encode())]
    with pytest.raises(Refused):
        enrol(link, "ABCD-1234", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize(
    ("answer", "error"),
    [(hub_that.says(400), Refused), (hub_that.does_not_allow(403), NotAllowed), (hub_that.says(503), TryLater)],
)
def test_an_enrolment_that_fails_can_be_tried_again(tmp_path, hub, link, answer, error):
    """A hub that says no, not allowed or later leaves no identity; the next try comes with the same key."""
    hub.answers = [answer, hub_that.says(200, json.dumps(GRANTED).encode())]
    with pytest.raises(error):
        enrol(link, "ABCD-1234", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [KEY_FILE]
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    enrol(link, "ABCD-1234", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [FILE]
    (_, _, first), (_, _, second) = hub.calls
    assert first == second


def test_a_damaged_identity_gives_way_to_a_new_one(tmp_path, hub, link):
    """What could not be understood is put aside, not thrown away, and the station is enrolled again."""
    (tmp_path / FILE).write_text("{", encoding="utf-8")
    hub.answers = [hub_that.says(200, json.dumps(GRANTED).encode())]
    enrol(link, "ABCD-1234", tmp_path)
    assert load(tmp_path).token == "secret"
    assert (tmp_path / f"{FILE}.old").read_text("utf-8") == "{"


def test_a_code_is_not_used_up_where_nothing_can_be_kept(tmp_path, hub, link):
    """Where the folder cannot be written, the hub is not asked, and the technician is told which folder it is."""
    (tmp_path / "file").touch()
    with pytest.raises(Damaged, match="file"):
        enrol(link, "ABCD-1234", tmp_path / "file" / "station")
    assert hub.calls == []


def test_a_code_for_another_station_changes_nothing(tmp_path, hub, link):
    """Where the journal is that of one station, a code that turns out to be another's is refused."""
    save(tmp_path, make_identity("s9"))
    before = (tmp_path / FILE).read_bytes()
    hub.answers = [hub_that.says(200, json.dumps(GRANTED).encode())]
    with pytest.raises(Refused, match="s9"):
        enrol(link, "ABCD-1234", tmp_path, station="s9")
    assert (tmp_path / FILE).read_bytes() == before


def test_a_disk_that_fails_after_the_answer_does_not_cost_the_code(tmp_path, hub, link):
    """What the hub granted could not be kept: the technician is told, and the same key may come again."""
    (tmp_path / f"{FILE}.new").mkdir()
    hub.answers = [hub_that.says(200, json.dumps(GRANTED).encode())] * 2
    with pytest.raises(Damaged, match="disk"):
        enrol(link, "ABCD-1234", tmp_path)
    (tmp_path / f"{FILE}.new").rmdir()
    assert enrol(link, "ABCD-1234", tmp_path).station == "s1"
    (_, _, first), (_, _, second) = hub.calls
    assert first == second


def test_an_identity_nobody_may_read_is_not_taken_for_a_damaged_one(tmp_path):
    """A file that cannot be read at all is not to be enrolled over."""
    (tmp_path / FILE).mkdir()
    with pytest.raises(Damaged, match=FILE):
        load(tmp_path)
