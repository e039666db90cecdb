"""The staff pages, without a browser: what they say, what they change and how it is undone."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client
from hub.bench import DRILL, KNOWN, NOW, OTHER, STRANGER, Bench, everything, ref
from hub.office import DAY, lent_twice, text_of

from lending.cases import CaseKind
from sync.hub import commands
from sync.hub.clock import now_ms
from sync.hub.fleet.models import Station
from sync.hub.ledger.models import CaseEvent, CaseState, OpenLoan, ReviewCase
from sync.hub.review import case_list, decisions
from sync.hub.review.journal_pages import harmless


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
        "/password",
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
        for secret in (KNOWN, OTHER, STRANGER, ref(KNOWN)):
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
    assert ref(KNOWN)[-4:].upper() in page


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
    assert f"…{ref(OTHER)[-4:].upper()}" in page


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
    assert ref(OTHER) not in loans
    assert f"…{ref(OTHER)[-4:].upper()}" in loans


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1"])
def test_cells_that_begin_like_a_formula_are_made_harmless(cell: str):
    """A cell that a spreadsheet would take for a formula begins with an apostrophe; others are left alone."""
    assert harmless(cell) == f"'{cell}"
    assert harmless("N 1=1") == "N 1=1"


def test_the_language_is_chosen_with_a_form(office: Client):
    """A POST changes the language of this browser and leads back; one that is not spoken changes nothing."""
    assert office.post("/language", {"language": "en", "next": "/loans"})["Location"] == "/loans"
    assert "2 loans are out" in office.get("/loans").text
    office.post("/language", {"language": "xx", "next": "/"})
    assert "2 loans are out" in office.get("/loans").text
