"""Who may see the staff pages, and what keeps others out: logins, forms, guessing, and what every answer carries."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import URLPattern
from hub.bench import NOW, Bench, everything
from hub.office import DAY, lent_twice

from sync.hub import commands
from sync.hub.fleet.models import Station
from sync.hub.ledger.models import CaseEvent, CaseState, ReviewCase, StaffReturn
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
    """After logging out the pages lead to the login again."""
    office.post("/logout")
    assert office.get("/").status_code == 302


def test_every_page_carries_its_guards(office: Client):
    """No page may run foreign scripts, be framed, or be kept by a cache; cookies are closed to scripts."""
    answer = office.get("/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert (answer["X-Frame-Options"], answer["Cache-Control"]) == ("DENY", "no-store")
    assert answer["X-Content-Type-Options"] == "nosniff"
    login = Client().post("/login", {"username": "kari", "password": commands.create_staff("kari")})
    assert all(login.cookies[name]["httponly"] for name in ("nabolan_staff", "nabolan_csrf"))
