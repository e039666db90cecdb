"""Staff change their own password: the old one is asked for, guessing is slow, and other logins end."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from hub.bench import Bench
from hub.office import text_of

from sync.hub import commands
from sync.hub.__main__ import main
from sync.hub.clock import now_ms
from sync.hub.review import password_pages
from sync.hub.review.models import StaffEvent

NEW = "kaffe lampe fjord sykkel"


def logged_in(name: str, password: str) -> Client:
    """Return a browser in which this person has logged in by the form."""
    browser = Client()
    assert browser.post("/login", {"username": name, "password": password}).status_code == 302
    return browser


def change(browser: Client, old: str, new: str = NEW, again: str | None = None) -> Any:
    return browser.post("/password", {"old": old, "new": new, "again": new if again is None else again})


def lets_in(name: str, password: str) -> bool:
    return Client().post("/login", {"username": name, "password": password}).status_code == 302


def is_in(browser: Client) -> bool:
    return browser.get("/loans").status_code == 200


def check_only_this_login_goes_on(old: str) -> None:
    """The browser that changed it goes on; others of this person, and a copy of its old cookie, do not."""
    here, there, other = logged_in("kari", old), logged_in("kari", old), logged_in("ola", OLA[0])
    copied = Client()
    copied.cookies["nabolan_staff"] = here.cookies["nabolan_staff"].value
    assert is_in(copied)
    answer = change(here, old)
    assert (answer.status_code, answer["Location"]) == (302, "/password?changed=yes")
    assert "Passordet er byttet." in here.get(answer["Location"]).text
    assert [is_in(browser) for browser in (here, there, copied, other)] == [True, False, False, True]


OLA: list[str] = []


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash in a thousandth of the rounds: a test logs in often."""
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1000)


@pytest.fixture
def old(bench: Bench) -> str:
    """The password of Kari, who is staff like Ola, on both databases."""
    assert bench.stations
    OLA[:] = [commands.create_staff("ola")]
    return commands.create_staff("kari")


def test_the_new_password_counts_and_the_old_one_does_not(old: str):
    """From then on the new one lets in, and the old one nobody."""
    assert change(logged_in("kari", old), old).status_code == 302
    assert [lets_in("kari", password) for password in (NEW, old)] == [True, False]


def test_only_this_login_goes_on(old: str):
    """On both databases: whoever else had logged in as this person is out at once."""
    check_only_this_login_goes_on(old)


def test_a_hub_whose_logins_outlive_the_password_is_caught(old: str, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: a login says only who it is of."""
    monkeypatch.setattr(type(get_user_model()()), "get_session_auth_hash", lambda _self: "the same for ever")
    with pytest.raises(AssertionError):
        check_only_this_login_goes_on(old)


@pytest.mark.parametrize(
    ("new", "again", "says"),
    [
        (NEW, NEW + "x", "De to nye er ikke like"),
        ("kort", None, "12 til 200 tegn"),
        ("x" * 201, None, "12 til 200 tegn"),
        ("", None, "12 til 200 tegn"),
        ("qwerty123456", None, "lett å gjette"),
        ("Nabolån Kari 2026", None, "lett å gjette"),
        ("Biblioteketpassord1", None, "lett å gjette"),
        (None, None, "likt det gamle"),
    ],
)
def test_what_is_no_good_password_is_said(old: str, new: str | None, again: str | None, says: str):
    """Two that differ, too short, too long, known to everybody, the old one: nothing changes, and why is said."""
    browser = logged_in("kari", old)
    answer = change(browser, old, old if new is None else new, again)
    assert answer.status_code == 400
    assert says in text_of(answer.text)
    assert "Ingenting ble endret" in answer.text
    assert lets_in("kari", old)
    assert is_in(browser)
    for secret in (old, new or old):
        assert not secret or secret not in answer.text


def test_guessing_the_old_one_is_slowed_down(old: str):
    """After five wrong ones the right one has to wait too, in whichever browser; Ola need not."""
    browser = logged_in("kari", old)
    for _ in range(5):
        answer = change(browser, "wrong")
        assert (answer.status_code, "Ingenting ble endret" in answer.text) == (403, True)
    for one in (browser, logged_in("kari", old)):
        blocked = change(one, old)
        assert (blocked.status_code, "Vent" in blocked.text) == (429, True)
    assert lets_in("kari", old)
    assert change(logged_in("ola", OLA[0]), OLA[0]).status_code == 302


def test_a_page_that_does_not_count_is_caught(old: str, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: wrong ones are not counted."""
    monkeypatch.setattr(password_pages._TRIES.__class__, "count", lambda *_: None)
    with pytest.raises(AssertionError):
        test_guessing_the_old_one_is_slowed_down(old)


@pytest.mark.usefixtures("old")
def test_who_changes_it_twice_at_once_changes_it_once():
    """A password that was changed while the old one was being checked stays what it was changed to."""
    people = get_user_model()
    person = people.objects.get(username="kari")
    elsewhere = people.objects.get(username="kari")
    assert password_pages._keep(elsewhere, "another one altogether", now_ms())
    assert not password_pages._keep(person, NEW, now_ms())
    assert lets_in("kari", "another one altogether")


def test_it_speaks_english_too(old: str):
    """Form, reasons and thanks are there in both languages."""
    browser = logged_in("kari", old)
    browser.cookies["nabolan_language"] = "en"
    assert "At least 12 characters" in browser.get("/password").text
    assert "This is not the password you have now" in change(browser, "wrong").text
    assert "The password has been changed" in browser.get(change(browser, old)["Location"]).text


def check_the_change_is_on_record(old: str) -> None:
    """One line for one change: who and when, nothing of the password. What was refused has none."""
    browser, before = logged_in("kari", old), now_ms()
    for refused in (change(browser, "wrong"), change(browser, old, "kort"), change(browser, old, NEW, "other")):
        assert refused.status_code in {400, 403}
    assert not StaffEvent.objects.filter(what="password").exists()
    assert "Sist byttet" not in browser.get("/password").text
    change(browser, old)
    (row,) = StaffEvent.objects.filter(what="password").values("what", "who", "about", "at_ms")
    assert before <= row.pop("at_ms") <= now_ms()
    assert row == {"what": "password", "who": "kari", "about": ""}
    assert "Sist byttet i dag" in browser.get("/password").text
    assert "Sist byttet" not in logged_in("ola", OLA[0]).get("/password").text


def test_a_change_is_on_record(old: str):
    """Who changed their password when is kept as other acts of staff are, on both databases, and they see it."""
    check_the_change_is_on_record(old)


def test_a_hub_that_keeps_no_record_is_caught(old: str, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: the password changes, and nobody can tell afterwards."""
    monkeypatch.setattr(password_pages, "note", lambda *_: None)
    with pytest.raises(ValueError, match="unpack"):
        check_the_change_is_on_record(old)


def test_another_password_by_command(old: str, capsys: pytest.CaptureFixture[str]):
    """Who has forgotten theirs gets a random one; it lets in, the old one and the logins it began do not."""
    browser = logged_in("kari", old)
    assert main(["staff", "kari", "--new-password"]) == 0
    given = capsys.readouterr().out.strip()
    assert [lets_in("kari", password) for password in (old, given)] == [False, True]
    assert not is_in(browser)
    assert is_in(logged_in("ola", OLA[0]))


def test_who_is_shut_out_is_out_at_once(old: str):
    """Their logins end and their password lets in no more, until they are given another one."""
    browser = logged_in("kari", old)
    assert [main(["staff", name, "--shut-out"]) for name in ("kari", "nobody")] == [0, 1]
    assert (is_in(browser), lets_in("kari", old), lets_in("ola", OLA[0])) == (False, False, True)
    assert lets_in("kari", commands.reset_password("kari"))
