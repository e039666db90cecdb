"""Who may see the staff pages, and what keeps others out: logins, forms, guessing, and what every answer carries."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.test import Client
from django.urls import URLPattern
from hub.bench import NOW, Bench, everything
from hub.office import DAY, lent_twice

from sync.hub import commands
from sync.hub.fleet.models import Station
from sync.hub.ledger.models import CaseEvent, CaseState, ReviewCase, StaffReturn
from sync.hub.review import logins
from sync.hub.review.models import EndedLogin
from sync.hub.review.throttle import Throttle
from sync.hub.review.urls import urlpatterns

OPEN_TO_ALL = {"login", "logout", "language"}


def _paths() -> list[tuple[str, str]]:
    case_id = ReviewCase.objects.values_list("pk", flat=True).first() or 1
    made = []
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        route = str(pattern.pattern).replace("<int:case_id>", str(case_id)).replace("<slug:station_id>", "ls-0001")
        route = re.sub("<int:[a-z_]+>", "1", route.replace("<str:hold_id>", "no-hold"))
        made.append((str(pattern.name), f"/{route}"))
    return made


def test_every_page_but_the_login_is_for_staff(office: Client):
    """Without logging in, and as a person who is not staff, every page leads to the login and changes nothing."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - used once

    outsider = Client()
    person = get_user_model().objects.create_user("volunteer", password="a long enough password")
    outsider.force_login(person)
    before = everything()
    for name, path in _paths():
        if name in OPEN_TO_ALL:
            continue
        for caller in (Client(), outsider):
            for answer in (caller.get(path), caller.post(path, {"decision": "accept", "case": "1", "id": "x"})):
                if answer.status_code != 405:
                    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login"), path
    assert everything() == before
    assert Station.objects.count() == 3
    assert office.get("/").status_code == 200


def test_reading_changes_nothing(office: Client):
    """GET on every path, those of forms too, leaves everything as it was."""
    before = (everything(), CaseEvent.objects.count(), StaffReturn.objects.count(), Station.objects.count())
    for _, path in _paths():
        office.get(path, {"decision": "accept", "case": "1", "language": "en"})
    assert before == (everything(), CaseEvent.objects.count(), StaffReturn.objects.count(), Station.objects.count())


def test_a_form_without_its_token_changes_nothing(office: Client):
    """A form that another site made is refused, in plain words, on every path that takes one."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = office.cookies
    for path in (
        "/login",
        "/logout",
        "/cases/accept",
        "/stations/new",
        "/holds/new",
        "/password",
        f"/cases/{lent_twice().pk}/answer",
    ):
        answer = strict.post(path, {"decision": "accept", "case": str(lent_twice().pk)})
        assert answer.status_code == 403
        assert "Ingenting ble endret" in answer.text
    assert lent_twice().state == CaseState.OPEN


def test_guessing_passwords_is_slowed_down(sqlite_bench: Bench):
    """After five wrong passwords even the right one has to wait; another name from another place does not."""
    assert sqlite_bench.stations
    password, browser = commands.create_staff("kari"), Client()
    for _ in range(5):
        answer = browser.post("/login", {"username": "Kari", "password": "wrong"})
        assert (answer.status_code, "hører ikke sammen" in answer.text) == (403, True)
    blocked = browser.post("/login", {"username": "kari", "password": password})
    assert (blocked.status_code, "Vent" in blocked.text) == (429, True)
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert elsewhere.post("/login", {"username": "kari", "password": password}).status_code == 302


def test_waiting_grows_and_is_forgotten(sqlite_bench: Bench):
    """Each further try doubles the wait up to 15 minutes; a day later, or when forgiven, all is forgotten."""
    assert sqlite_bench.stations
    throttle, waits = Throttle("test", 2), []
    for _ in range(12):
        throttle.count("x", NOW)
        waits.append(throttle.seconds_to_wait("x", NOW))
    assert waits[:5] == [0, 15, 30, 60, 120]
    assert waits[-1] == 900
    throttle.count("x", NOW + 2 * DAY)
    assert throttle.seconds_to_wait("x", NOW + 2 * DAY) == 0
    throttle.forgive("x")
    assert throttle.seconds_to_wait("x", NOW) == 0


def test_logging_in_leads_back_to_pages_of_ours_only(sqlite_bench: Bench):
    """After logging in one comes to the page asked for, never to another site."""
    assert sqlite_bench.stations
    password = commands.create_staff("kari")
    foreign = ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "")
    targets = {"/loans": "/loans"} | dict.fromkeys(foreign, "/")
    for asked, expected in targets.items():
        assert f'name="next" value="{expected}"' in Client().get("/login", {"next": asked}).text
    for asked in ("/loans", "//evil.example"):
        answer = Client().post("/login", {"username": "kari", "password": password, "next": asked})
        assert answer["Location"] == targets[asked]


def test_logging_out_ends_the_visit(office: Client):
    """After logging out the pages lead to the login again, and the browser is to forget what it was shown."""
    assert office.post("/logout")["Clear-Site-Data"] == '"cache"'
    assert office.get("/").status_code == 302


def check_a_copied_cookie_ends_with_its_login() -> None:
    """Whoever copied the cookie is out too, sees no name of staff, and other logins of the same person go on."""
    password = commands.create_staff("kari")
    here, there, copied = Client(), Client(), Client()
    for browser in (here, there):
        assert browser.post("/login", {"username": "kari", "password": password}).status_code == 302
    copied.cookies["nabolan_staff"] = here.cookies["nabolan_staff"].value
    assert copied.get("/").status_code == 200
    here.post("/logout")
    copied.cookies["nabolan_staff"] = copied.cookies["nabolan_staff"].value
    assert "kari" not in copied.get("/login").text
    assert [browser.get("/").status_code for browser in (here, copied, there)] == [302, 302, 200]


@pytest.mark.usefixtures("bench")
def test_a_copied_cookie_ends_with_its_login():
    """Logging out is not only forgetting, on both databases."""
    check_a_copied_cookie_ends_with_its_login()


@pytest.mark.usefixtures("sqlite_bench")
def test_a_hub_that_only_forgets_its_cookie_is_caught(monkeypatch: pytest.MonkeyPatch):
    """Planted defect: logging out takes the cookie out of the browser and no more."""
    monkeypatch.setattr(logins, "end", lambda *_: None)
    with pytest.raises(AssertionError):
        check_a_copied_cookie_ends_with_its_login()


@pytest.mark.usefixtures("sqlite_bench")
def test_ended_logins_are_forgotten_once_their_cookies_are_too_old():
    """What is kept of logins that ended does not grow for ever."""
    for day in range(3):
        session = SessionStore()
        logins.begin(session)
        logins.end(session, NOW + day * DAY)
        assert (logins.has_ended(session), EndedLogin.objects.count()) == (True, 1)


@pytest.mark.usefixtures("sqlite_bench")
def test_logins_are_logged_without_what_was_typed(caplog: pytest.LogCaptureFixture):
    """Who logged in or out, and as whom somebody tried, with the address; no password, nor a name nobody has."""
    caplog.set_level("INFO", logger="sync.hub")
    password, browser = commands.create_staff("kari"), Client()
    for name, tried in (("kari", "wrong one"), ("hunter2 typed\nhere", "x"), ("kari", password)):
        browser.post("/login", {"username": name, "password": tried})
    browser.post("/logout")
    assert [record.getMessage() for record in caplog.records] == [
        "staff: a login as kari from '127.0.0.1' was refused",
        "staff: a login as nobody we know from '127.0.0.1' was refused",
        "staff: kari logged in from '127.0.0.1'",
        "staff: kari logged out",
    ]


_OVER_TLS = """
import sys
from sync.hub import setup
setup()
from django.test import Client
browser = Client(headers={"host": "hub.example.org"})
answers = [browser.get("/login", secure=True), browser.post("/language", {"language": "en"}, secure=True)]
answers.append(browser.post("/login", {"username": "kari", "password": sys.argv[1]}, secure=True))
assert answers[-1].status_code == 302
print(answers[0]["Strict-Transport-Security"])
print(*(cookie.OutputString() for answer in answers for cookie in answer.cookies.values()), sep="\\n")
"""


def test_cookies_over_tls_are_this_host_s_alone(tmp_path: Path):
    """Each cookie of a hub behind TLS is Secure, HttpOnly, SameSite, and has the name that only this host can set."""
    named = {"HUB_DATA_DIR": str(tmp_path), "HUB_ALLOWED_HOSTS": "hub.example.org", "HUB_HTTPS": "1"}
    environment = dict(os.environ) | named

    def run(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True
        ).stdout

    run("-m", "sync.hub", "migrate")
    password = run("-m", "sync.hub", "staff", "kari").split()[-1]
    hsts, *cookies = run("-c", _OVER_TLS, password).splitlines()
    assert hsts == "max-age=31536000"
    assert {cookie.split("=")[0] for cookie in cookies} == {
        f"__Host-nabolan_{one}" for one in ("staff", "csrf", "language")
    }
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_times_in_the_log_have_their_offset():
    """A line of the log can be set beside those of stations and of a proxy, whatever the zone of this machine."""
    formatter = logging.Formatter(settings.LOGGING["formatters"]["plain"]["format"],
                                  settings.LOGGING["formatters"]["plain"]["datefmt"])  # fmt: skip
    line = formatter.format(logging.makeLogRecord({"name": "sync.hub", "levelname": "INFO", "msg": "x"}))
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} INFO sync.hub x", line)


def test_every_page_carries_its_guards(office: Client):
    """No page may run foreign scripts, be framed, or be kept by a cache; cookies are closed to scripts."""
    answer = office.get("/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert (answer["X-Frame-Options"], answer["Cache-Control"]) == ("DENY", "no-store")
    assert answer["X-Content-Type-Options"] == "nosniff"
    login = Client().post("/login", {"username": "kari", "password": commands.create_staff("kari")})
    assert all(login.cookies[name]["httponly"] for name in ("nabolan_staff", "nabolan_csrf"))
