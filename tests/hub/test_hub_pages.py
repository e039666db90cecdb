"""The staff pages, without a browser: who may see them, what they say, what they change and how it is undone."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern
from hub.bench import DRILL, DUE, KNOWN, NOW, OTHER, SAW, STRANGER, TENT, Bench, broken, everything

import assets
from lending.cases import CaseKind
from lending.entries import ClockChange, ConditionAnswer, DeviceChange, Loan, Refusal, Return, Started
from lending.nouns import Condition, PartAnswer
from sync.hub import commands, environment
from sync.hub.clock import now_ms
from sync.hub.fleet.models import Station
from sync.hub.ledger.cases import JournalCaseKind
from sync.hub.ledger.models import CaseEvent, CaseState, OpenLoan, ReviewCase, StaffReturn
from sync.hub.review import case_list, decisions
from sync.hub.review.journal_pages import harmless
from sync.hub.review.kinds import kind_names, kind_of
from sync.hub.review.throttle import Throttle
from sync.hub.review.urls import urlpatterns
from sync.hub.review.when import ago, day_and_time, span
from sync.hub.review.words import keys, say

HUB = Path(commands.__file__).parent
OPEN_TO_ALL = {"login", "logout", "language"}
DAY = 24 * 3_600_000


@pytest.fixture
def office(sqlite_bench: Bench, staff: Client) -> Client:
    """Staff before a hub in which every kind of entry and most kinds of case have come up."""
    furnish(sqlite_bench)
    return staff


@pytest.fixture
def both_offices(bench: Bench, staff: Client) -> Client:
    """The same on both databases."""
    furnish(bench)
    return staff


def furnish(bench: Bench) -> None:
    """Let three stations live through every kind of entry."""
    first, second, third = bench[0], bench[1], bench[2]
    now = now_ms()
    parts = (("p0", PartAnswer.HERE), ("p1", PartAnswer.MISSING), ("p2", PartAnswer.HERE))
    first.add(Started("0.1.0", unclean=True), wall=now - 9000)
    first.add(Loan(DRILL, DUE, parts), KNOWN, wall=now - 8000, synced=False)
    first.add(Refusal("card_blocked", TENT), wall=now - 7000)
    first.add(DeviceChange("scanner", up=False, reason="no answer"), wall=now - 6000)
    first.add(ClockChange(120_000, synced=True), wall=now - 5000)
    second.add(Loan(DRILL, DUE, parts[:1]), OTHER, wall=now - 4000)
    loan = second.add(Loan(TENT, DUE, provisional=True), STRANGER, wall=now - 3 * DAY)
    back = second.add(Return(TENT, loan["id"]), wall=now - 2000)
    second.add(ConditionAnswer(TENT, back["id"], Condition.DAMAGED), wall=now - 1500)
    second.add(Return(TENT, "0" * 32, undo=True), wall=now - 1400)
    third.add(Return(SAW), wall=now - 1000)
    third.add(Return("0999999999"), wall=now - 900)
    third.journal.append(broken(third.add(Return(TENT)), kind="hologram"))
    del third.journal[-2]
    for number in range(3):
        bench.take(bench[number])
    bench.take(third, [broken(third.journal[0], id="f" * 32)])


def text_of(page: str) -> str:
    """Return what a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)))


def lent_twice() -> ReviewCase:
    """Return the case of the drill that is lent twice."""
    return ReviewCase.objects.get(kind=CaseKind.LENT_TWICE)


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
        f"/cases/{lent_twice().pk}/answer",
    ):
        answer = strict.post(path, {"decision": "accept", "case": str(lent_twice().pk)})
        assert answer.status_code == 403
        assert "Ingenting ble endret" in answer.text
    assert lent_twice().state == CaseState.OPEN


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_page_speaks_both_languages(both_offices: Client, language: str):
    """Each page has the language in its mark, a title of its own, one main heading, and no card number or token."""
    both_offices.cookies["nabolan_language"] = language
    titles = set()
    cases = [f"/cases/{pk}" for pk in ReviewCase.objects.values_list("pk", flat=True)]
    for path in (
        "/",
        "/?state=decided",
        "/loans",
        "/holds",
        "/holds/new",
        "/koha",
        "/said",
        "/stations",
        "/stations/new",
        "/stations/ls-0002/journal",
        *cases,
    ):
        page = both_offices.get(path)
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.text
        assert page.text.count("<h1>") == 1
        titles.update(re.findall("<title>(.*?)</title>", page.text))
        for secret in (KNOWN, OTHER, STRANGER, environment.card_key().patron_ref(KNOWN)):
            assert secret not in page.text
        assert not re.search(r"<(script|style)(?![^>]*src=)[^>]*>|\sstyle=|\son\w+=", page.text)
    assert len(titles) >= 9 + ReviewCase.objects.values("kind").distinct().count()


def test_the_list_shows_what_is_urgent_first(office: Client):
    """Cases stand by risk and age, each with its chip, thing, place, suggestion and minutes; the count fits."""
    page = text_of(office.get("/").text)
    waiting = ReviewCase.objects.filter(state=CaseState.OPEN)
    assert f"{waiting.count()} saker venter" in page
    places = [m.start() for m in re.finditer("min ", page)]
    assert len(places) >= waiting.count()
    chips = page[page.index("Forslag") :]
    order = [chips.index(word) for word in ("To ulike linjer", "Lånt to ganger", "Virket ikke", "Ukjent kort")]
    assert order == sorted(order)


def test_the_list_can_be_narrowed(office: Client):
    """By station and by kind; nonsense in the filter gives an empty list and no error."""
    only = text_of(office.get("/?kind=lent_twice").text)
    assert "1 sak venter" in only
    assert "1 sak venter" in text_of(office.get("/?kind=lent_twice&station=ls-0002").text)
    for query in (
        "?station=ls-0001&kind=damage",
        "?kind=%00",
        "?station=%27%3B--",
        "?page=x&done=a,1,,9999999999999",
    ):
        assert office.get(f"/{query}").status_code == 200
    assert "Ingen saker venter her" in office.get("/?station=nowhere").text


def test_a_hub_without_cases_says_so(sqlite_bench: Bench, staff: Client):
    """With nothing to do the list says that no cases are waiting, and the other pages that nothing is out."""
    assert sqlite_bench.stations
    assert "Ingen saker venter" in staff.get("/").text
    assert "Ingen lån er ute" in staff.get("/loans").text
    assert "Ingen linjer her" in staff.get("/stations/ls-0001/journal").text
    assert staff.get("/cases/999999999999999999999").status_code == 404
    assert staff.get("/stations/nowhere/journal").status_code == 404


def test_a_case_shows_both_stations(office: Client):
    """The page of a thing lent twice shows both journals, the clock that was unsure, the parts, and no more of a card
    than its end.
    """
    page = text_of(office.get(f"/cases/{lent_twice().pk}").text)
    for words in ("LS-0001", "LS-0002", "Klokka usikker", "2 av 3 deler", "mangler: del 1", "Ikke levert"):
        assert words in page
    assert environment.card_key().patron_ref(KNOWN)[-4:].upper() in page


def test_a_sealed_card_shows_its_end_to_staff(office: Client):
    """A card the station did not know is opened at the case's page, and only its last four signs are shown."""
    case = ReviewCase.objects.get(kind=CaseKind.UNKNOWN_CARD)
    page = office.get(f"/cases/{case.pk}").text
    assert f"kort som slutter på {STRANGER[-4:]}" in page
    assert STRANGER not in page


def test_a_card_sealed_to_another_hub_is_no_error(office: Client, monkeypatch: pytest.MonkeyPatch):
    """If the hub's key is another one, the page says that the card cannot be opened."""
    monkeypatch.setenv("HUB_SEAL_KEY", "11" * 32)
    case = ReviewCase.objects.get(kind=CaseKind.UNKNOWN_CARD)
    assert "kan ikke åpnes" in office.get(f"/cases/{case.pk}").text


def test_accepting_ends_the_first_loan_and_undoing_brings_it_back(both_offices: Client):
    """The suggestion for a thing lent twice ends the first loan; undo opens both again; the trail keeps all."""
    case, before = lent_twice(), everything()["loans"]
    answer = both_offices.post(f"/cases/{case.pk}/answer", {"decision": "accept", "note": "ringte"})
    after = case_list.next_after(case, case_list.Selection())
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{after.pk}?done={case.pk}")
    assert lent_twice().state == CaseState.DECIDED
    assert list(OpenLoan.objects.filter(item=DRILL).values_list("station", flat=True)) == ["ls-0002"]
    assert "Saken er avgjort" in both_offices.get(answer["Location"]).text
    page = text_of(both_offices.get(f"/cases/{case.pk}").text)
    assert "Forslaget er godtatt" in page
    assert "Kan angres til" in page
    assert both_offices.post(f"/cases/{case.pk}/undo").status_code == 302
    assert everything()["loans"] == before
    assert lent_twice().state == CaseState.OPEN
    trail = list(CaseEvent.objects.filter(case=case).values_list("what", "who"))
    assert trail == [("opened", ""), ("accepted", "anna"), ("undone", "anna")]


def test_staff_can_answer_otherwise(office: Client):
    """An answer of one's own needs a note, is kept with it, and is not written over by a second one."""
    case = ReviewCase.objects.get(kind=CaseKind.DAMAGE)
    empty = office.post(f"/cases/{case.pk}/answer", {"decision": "other", "note": "  "})
    assert (empty.status_code, "Skriv i merknaden" in empty.text) == (400, True)
    office.post(f"/cases/{case.pk}/answer", {"decision": "other", "note": "<b>virker</b> likevel\x00"})
    case.refresh_from_db()
    assert (case.state, case.decision, case.note) == (CaseState.DECIDED, "answered", "<b>virker</b> likevel")
    assert "&lt;b&gt;virker" in office.get(f"/cases/{case.pk}").text
    second = office.post(f"/cases/{case.pk}/answer", {"decision": "accept"})
    assert (second.status_code, "Ingenting ble endret" in second.text) == (409, True)
    assert "likevel" in text_of(office.get(f"/cases/{case.pk}").text)


def test_several_suggestions_are_accepted_at_once(both_offices: Client):
    """Ticked cases are decided together; numbers that are none, or decided before, are left out."""
    ids = list(ReviewCase.objects.filter(state=CaseState.OPEN).values_list("pk", flat=True)[:3])
    answer = both_offices.post("/cases/accept", {"case": [*map(str, ids), "x", "999999", str(ids[0]), "9" * 40]})
    assert answer["Location"] == "/?done=" + ",".join(map(str, ids))
    assert ReviewCase.objects.filter(state=CaseState.DECIDED).count() == 3
    assert "3 saker er avgjort" in both_offices.get(answer["Location"]).text
    assert "Avgjorte saker" in both_offices.get("/?state=decided").text


def test_decisions_stay_when_journals_go_on(office: Client, sqlite_bench: Bench):
    """A decided case stays decided when the fold runs again, also when it is no longer found."""
    case = lent_twice()
    decisions.accept([case.pk], "anna", "", now_ms())
    commands.refold()
    sqlite_bench[0].take_back(DRILL, wall=NOW * 2)
    sqlite_bench.take(sqlite_bench[0])
    assert lent_twice().state == CaseState.DECIDED
    assert office.get(f"/cases/{case.pk}").status_code == 200


def test_after_thirty_days_nothing_is_undone(office: Client):
    """A decision can be undone for 30 days, and then stands."""
    case = lent_twice()
    decisions.accept([case.pk], "anna", "", NOW)
    assert not decisions.undo(case.pk, "anna", NOW + 30 * DAY + 1)
    assert office.post(f"/cases/{case.pk}/undo").status_code == (302 if now_ms() - NOW < 30 * DAY else 409)
    decisions.accept([case.pk], "anna", "", NOW)
    assert decisions.undo(case.pk, "anna", NOW + 30 * DAY)


def test_an_explained_case_asks_for_nothing(office: Client):
    """A case that explained itself says so and has no button."""
    case = ReviewCase.objects.filter(kind=CaseKind.RETURNED_NOT_LENT).first()
    ReviewCase.objects.filter(pk=case.pk).update(state=CaseState.EXPLAINED, found=False)
    page = office.get(f"/cases/{case.pk}").text
    assert "Saken forklarte seg selv" in page
    assert "Godta forslaget" not in page


def test_the_loans_page_shows_who_has_what_by_its_end_only(office: Client):
    """Open loans stand by due date with station, due day and the end of the card's hash."""
    page = text_of(office.get("/loans").text)
    assert "2 lån er ute" in page
    assert "søndag 29. november" in page
    assert f"…{environment.card_key().patron_ref(OTHER)[-4:].upper()}" in page


def test_the_stations_page_shows_the_worst_first(both_offices: Client):
    """A station with a conflict stands first and says why; one that was never set up waits for its code."""
    commands.create_station("ls-0008", "Aaa")
    page = text_of(both_offices.get("/stations").text)
    assert page.index("To ulike linjer") < page.index("Venter på koden sin")
    assert "4 stasjoner" in page
    now = now_ms()
    Station.objects.filter(pk="ls-0001").update(last_contact_ms=now - 2 * DAY)
    Station.objects.filter(pk="ls-0002").update(clock_offset_ms=34 * 60_000)
    Station.objects.filter(pk="ls-0003").update(alarms=2)
    page = text_of(both_offices.get("/stations").text)
    for words in ("2 døgn siden", "Ikke hørt på over et døgn", "± 34 min", "Klokka går feil"):
        assert words in page
    commands.revoke("ls-0003")
    page = text_of(both_offices.get("/stations").text)
    assert "Stengt ute" in page
    assert "feil signatur" not in page


def test_a_new_station_gets_a_code_that_is_shown_once(office: Client):
    """The form makes a station and shows its code; a taken id, a bad one and a second look show none."""
    made = office.post("/stations/new", {"id": "ls-0010", "name": "Fjell"})
    codes = re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", made.text)
    assert len(codes) == 1
    assert codes[0] not in office.get("/stations").text
    assert office.post("/stations/new", {"id": "ls-0010", "name": "Fjell"}).status_code == 409
    for bad in ({"id": "LS 1", "name": "x"}, {"id": "ok", "name": ""}, {}, {"id": "\x00", "name": "x"}):
        assert office.post("/stations/new", bad).status_code == 400
    assert re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}", office.post("/stations/ls-0001/code").text)


def test_the_journal_can_be_searched(both_offices: Client):
    """By kind, by barcode and by day; a day that is none is no filter."""
    journal = "/stations/ls-0002/journal"
    assert "5 linjer" in text_of(both_offices.get(journal).text)
    assert "2 linjer" in text_of(both_offices.get(f"{journal}?kind=loan").text)
    assert "1 linje." in text_of(both_offices.get(f"{journal}?item={DRILL}").text)
    assert "Ingen linjer her" in both_offices.get(f"{journal}?from=2999-01-01").text
    assert "Ingen linjer her" in both_offices.get(f"{journal}?to=1999-01-01").text
    for query in ("?from=x", "?from=0001-01-01", "?to=9999-12-31", "?item=%00", "?kind=x", "?page=-1"):
        assert both_offices.get(journal + query).status_code == 200


def test_the_export_holds_no_card_and_no_formula(both_offices: Client):
    """The CSV has every chosen entry, the end of a card's hash at most, and no cell a spreadsheet would run."""
    answer = both_offices.get("/stations/ls-0003/journal.csv")
    text = answer.getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["kind"] for row in rows] == ["return", "return", "hologram"]
    assert rows[0]["item"] == "'=0301"
    loans = both_offices.get("/stations/ls-0002/journal.csv?kind=loan").getvalue().decode("utf-8-sig")
    assert len(loans.splitlines()) == 3
    assert OTHER not in loans
    assert environment.card_key().patron_ref(OTHER) not in loans
    assert f"…{environment.card_key().patron_ref(OTHER)[-4:].upper()}" in loans


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1"])
def test_cells_that_begin_like_a_formula_are_made_harmless(cell: str):
    """A cell that a spreadsheet would take for a formula begins with an apostrophe; others are left alone."""
    assert harmless(cell) == f"'{cell}"
    assert harmless("N 1=1") == "N 1=1"


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


def test_the_language_is_chosen_with_a_form(office: Client):
    """A POST changes the language of this browser and leads back; one that is not spoken changes nothing."""
    assert office.post("/language", {"language": "en", "next": "/loans"})["Location"] == "/loans"
    assert "2 loans are out" in office.get("/loans").text
    office.post("/language", {"language": "xx", "next": "/"})
    assert "2 loans are out" in office.get("/loans").text


def test_every_page_carries_its_guards(office: Client):
    """No page may run foreign scripts, be framed, or be kept by a cache; cookies are closed to scripts."""
    answer = office.get("/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert (answer["X-Frame-Options"], answer["Cache-Control"]) == ("DENY", "no-store")
    assert answer["X-Content-Type-Options"] == "nosniff"
    login = Client().post("/login", {"username": "kari", "password": commands.create_staff("kari")})
    assert all(login.cookies[name]["httponly"] for name in ("nabolan_staff", "nabolan_csrf"))


def test_every_word_used_is_there_in_both_languages():
    """Each key that a page or a template names stands in the list, and each in the list is used."""
    known, used = keys(), set()
    for file in [*HUB.rglob("*.html"), *HUB.rglob("review/*.py")]:
        source = file.read_text("utf-8")
        used.update(re.findall(r"""{% say ["']([^"']+)["']""", source))
        used.update(re.findall(r"""say\(\s*[a-z_()."]+,\s*"([^"]+)"(?! if)""", source))
        used.update(re.findall(r'"((?:problem|stations|entry|case|cases|holds|detail)\.[a-z0-9_.]+)"', source))
    used = {key for key in used if "{" not in key and not key.endswith(".html")}
    assert used <= known, used - known
    dynamic = ("event.", "entry.", "verdict.", "condition.", "problem.", "device.", "started.")
    dynamic += ("shelf.", "damage.", "hold_event.", "answer.", "known.item_", "known.card_", "fleet.", "alarm.")
    dynamic += ("fork.", "told.")
    unused = {key for key in known - used if not key.startswith(dynamic) and not key.endswith(".one")}
    assert not unused
    assert say("en", "cases.waiting", n=1) == "1 case is waiting"


def test_every_kind_of_case_has_its_words_and_icon():
    """Each kind of case has chip, title, suggestion and minutes in both languages, and an icon that exists."""
    assert set(kind_names()) == {kind.value for kind in (*CaseKind, *JournalCaseKind)}
    for name in kind_names():
        kind = kind_of(name)
        assert assets.icon_svg(kind.icon).is_file()
        assert kind.minutes > 0
        for text in (kind.chip, kind.title, kind.short, kind.suggestion, kind.effect):
            assert set(text.as_dict()) == {"nb", "en"}


def test_times_read_like_people_say_them():
    """Days of this week by name, other days by date, other years with their year, in both languages."""
    minute = 60_000
    assert day_and_time(NOW, NOW, "nb") == "i dag 12:00"
    assert day_and_time(NOW - DAY, NOW, "nb") == "i går 12:00"
    assert day_and_time(NOW - 3 * DAY, NOW, "nb") == "torsdag 12:00"
    assert day_and_time(NOW - 10 * DAY, NOW, "en") == "12 November 12:00"
    assert day_and_time(NOW - 400 * DAY, NOW, "nb").split()[2] == "2025"
    assert day_and_time(2**62, NOW, "nb")
    assert day_and_time(-(2**62), NOW, "nb")
    said = [ago(NOW - n, NOW, "nb") for n in (0, 2 * minute, 60 * minute, 180 * minute, 2 * DAY)]
    assert said == ["nå nettopp", "2 min siden", "1 time siden", "3 timer siden", "2 døgn siden"]
    assert [ago(NOW - n, NOW, "en") for n in (60 * minute, DAY, -5)] == ["1 hour ago", "1 day ago", "just now"]
    offsets = (0, -1500, 34 * minute, 3 * 60 * minute)
    assert [span(n, "nb") for n in offsets] == ["± 1 s", "± 1 s", "± 34 min", "± 3 t"]
    assert span(offsets[-1], "en") == "± 3 h"


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_can_be_told_apart():
    """Every text stands on its ground with a contrast of 4.5 or more, every edge of a control with 3 or more."""
    css = (HUB / "static" / "staff.css").read_text("utf-8")
    colour = dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6})", css))
    pairs = [
        ("ink", "paper"),
        ("ink", "card"),
        ("soft", "card"),
        ("soft", "paper"),
        ("soft", "head"),
        ("card", "main"),
    ]
    pairs += [(f"on-{tone}", tone) for tone in ("good", "attention", "stop", "info")]
    for over, under in pairs:
        high, low = sorted((_luminance(colour[over]), _luminance(colour[under])), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, (over, under)
    assert (_luminance(colour["paper"]) + 0.05) / (_luminance(colour["outline"]) + 0.05) >= 3
