"""The pages of a journal and of what is out: each row once, both ways, by ranges of an index."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hub.bench import DRILL, DUE, NOW, TENT, Bench, SimulatedStation, replaced
from hub.office import text_of

from lending.entries import Started
from sync.hub.clock import now_ms
from sync.hub.journal.models import Journal, RawEntry
from sync.hub.ledger.models import OpenLoan
from sync.hub.review import case_list, journal_rows, keyset, loan_pages
from sync.hub.review.journal_rows import Choice, page_of
from sync.hub.review.keyset import Piece

DAY = 24 * 3_600_000
HERE = "ls-0001"
JOURNAL = f"/stations/{HERE}/journal"


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a page be short, so that few entries make many."""
    monkeypatch.setattr(journal_rows, "A_PAGE", 7)
    monkeypatch.setattr(loan_pages, "A_PAGE", 7)


def fill(bench: Bench) -> SimulatedStation:
    """Let a station and the unit after it write loans, returns and starts, on a clock that was set back once."""
    units = [bench[0], replaced(bench)]
    for unit, days in ((units[0], (0, 1, 2, 1, 3)), (units[1], (4, 5))):
        for day in days:
            at = NOW - 10 * DAY + day * DAY
            unit.add(Started("test", unclean=False), wall=at)
            for number in range(3):
                unit.lend(TENT if number else DRILL, wall=at)
                unit.take_back(TENT if number else DRILL, wall=at)
        bench.take(unit)
    return units[1]


def walk(choice: Choice, turn: Callable[[Piece[RawEntry]], tuple[str, str]], begin: tuple[str, str]) -> list[Any]:
    """Return the pages from the marks `begin` on, as `turn` goes from one to the other."""
    pages, marks = [], begin
    while True:
        page = page_of(choice, *marks)
        pages.append(page)
        marks = turn(page)
        if marks == ("", ""):
            return pages
        assert len(pages) < 100


def there_and_back(choice: Choice) -> list[int]:
    """Return what all pages hold, which is the same from the last one back."""
    there = walk(choice, lambda page: (page.after, ""), ("", ""))
    back = walk(choice, lambda page: ("", page.before), (there[-2].after, "")) if len(there) > 1 else there
    assert [page.rows for page in reversed(back)] == [page.rows for page in there]
    assert all(len(page.rows) == journal_rows.A_PAGE for page in there[:-1])
    return [row.pk for page in there for row in page.rows]


CHOICES: dict[str, Choice] = {
    "all": Choice(HERE),
    "often": Choice(HERE, kind="loan"),
    "rare": Choice(HERE, kind="started"),
    "thing": Choice(HERE, item=TENT),
    "thing and kind": Choice(HERE, kind="return", item=TENT),
    "days": Choice(HERE, first_ms=NOW - 9 * DAY, end_ms=NOW - 6 * DAY),
    "days and kind": Choice(HERE, kind="started", first_ms=NOW - 9 * DAY),
    "days and thing": Choice(HERE, item=DRILL, end_ms=NOW - 6 * DAY),
}


def check_each_entry_once(choice: Choice) -> None:
    """All that was chosen stands on the pages, the newest first: by place, or by the clock where days were chosen."""
    rows = RawEntry.objects.filter(journal__station=choice.station)
    rows = rows.filter(kind=choice.kind) if choice.kind else rows
    rows = rows.filter(item=choice.item) if choice.item else rows
    rows = rows if choice.first_ms is None else rows.filter(wall_ms__gte=choice.first_ms)
    rows = rows if choice.end_ms is None else rows.filter(wall_ms__lt=choice.end_ms)
    order = ("-journal__epoch", "-wall_ms", "-seq") if choice.by_day else ("-journal__epoch", "-seq")
    wanted = list(rows.order_by(*order).values_list("pk", flat=True))
    assert wanted
    assert there_and_back(choice) == wanted
    assert journal_rows.count(choice).n == len(wanted)
    oldest_first = rows.order_by("journal__epoch", "seq").values_list("pk", flat=True)
    assert [row.pk for row in journal_rows.in_order(choice)] == list(oldest_first)


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
def test_each_entry_stands_on_one_page(bench: Bench, choice: Choice):
    """However the journal is chosen from, there and back, over two epochs, on both databases."""
    fill(bench)
    check_each_entry_once(choice)


def test_a_page_that_forgets_the_epoch_before_is_caught(sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: behind a mark only its own journal is read."""
    fill(sqlite_bench)
    real = journal_rows._journals
    monkeypatch.setattr(journal_rows, "_journals", lambda *a, **k: [] if "." not in a[1] else list(real(*a, **k))[:1])
    with pytest.raises(AssertionError):
        check_each_entry_once(Choice(HERE))


def test_a_page_that_forgets_ties_is_caught(sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: going on by the clock alone leaves out entries of the same moment."""
    fill(sqlite_bench)
    monkeypatch.setattr(keyset, "_since", lambda rows, _columns, values, down: rows.filter(wall_ms__lt=values[0]))  # noqa: ARG005
    with pytest.raises(AssertionError):
        check_each_entry_once(CHOICES["days"])


def test_what_comes_meanwhile_moves_no_page(sqlite_bench: Bench):
    """Entries that come while somebody reads stand on top, and the next page begins where it would have."""
    unit = fill(sqlite_bench)
    first = page_of(Choice(HERE), "", "")
    wanted = page_of(Choice(HERE), first.after, "").rows
    unit.lend()
    sqlite_bench.take(unit, unit.journal[-1:])
    assert page_of(Choice(HERE), first.after, "").rows == wanted
    assert page_of(Choice(HERE), "", "").rows[0].seq == len(unit.journal)


def plans_of(work: Callable[[], object], table: str) -> list[str]:
    """Return how the database finds the rows of a table that `work` asks for in pages or counts."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if f'FROM "{table}"' in sql and "LIMIT" in sql:
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work()
    postgres = connection.vendor == "postgresql"
    plans = []
    with connection.cursor() as cursor:
        if (
            postgres
        ):  # these tables are so small that PostgreSQL would read or sort them, and it knows nothing of them
            cursor.execute(f"ANALYZE {table}; SET enable_seqscan = off; SET enable_sort = off")
        for sql, params in asked:
            cursor.execute(f"EXPLAIN {'' if postgres else 'QUERY PLAN '}{sql}", params)
            plans.append(" / ".join(str(row[-1]) for row in cursor.fetchall()))
        if postgres:
            cursor.execute("RESET enable_seqscan; RESET enable_sort")
    return plans


INDEXES = {
    "all": "one_entry_per_place",
    "often": "one_entry_per_place",
    "rare": "entries_rare",
    "thing": "entries_of_item",
    "thing and kind": "entries_of_item",
    "days": "entries_by_wall",
    "days and kind": "entries_by_wall",
    "days and thing": "entries_of_item",
}
_SORTED = re.compile(r"TEMP B-TREE|\bSort\b")
_OWN_NAMES = {"one_entry_per_place": "sqlite_autoindex_journal_rawentry_[0-9]|one_entry_per_place"}


@pytest.mark.parametrize("name", CHOICES)
def test_a_page_of_a_journal_is_a_range_of_an_index(bench: Bench, name: str):
    """First page, next page and page before have their index on both databases, and but for those of one thing
    nothing is sorted.
    """
    fill(bench)
    for number in range(400):
        bench[2].lend(f"T{number}")
    bench.take(bench[2])
    choice = CHOICES[name]

    def reads() -> None:
        page = page_of(choice, "", "")
        if page.after:
            further = page_of(choice, page.after, "")
            page_of(choice, "", further.before)

    plans = plans_of(reads, "journal_rawentry")
    assert len(plans) >= 2
    index = _OWN_NAMES.get(INDEXES[name], INDEXES[name])
    for plan in plans:
        assert re.search(index, plan), plan
        assert choice.item or not _SORTED.search(plan), plan


def pages_of_loans(client: Client) -> list[list[str]]:
    """Return the due days on each page, by following the links on and then back."""
    pages, path = [], "/loans"
    for step in ("after", "before"):
        while path:
            page = client.get(path).text
            pages.append(re.findall(r'data-label="Frist"><span>([^<]*)', page))
            link = re.search(rf'href="(\?{step}=[^"]*)"', page)
            path = f"/loans{html.unescape(link[1])}" if link else ""
        path = f"/loans{html.unescape(match[1])}" if (match := re.search(r'href="(\?before=[^"]*)"', page)) else ""
    return pages


def many_loans(count: int) -> None:
    """Let so many things be out, three due on each day, some lent at the same moment."""
    OpenLoan.objects.bulk_create(
        OpenLoan(entry_id=f"{n:032x}", item=f"T{n}", station=HERE, seq=n + 1, lent_ms=NOW + n // 2,
                 due=DUE + timedelta(days=n // 3), provisional=False)
        for n in range(count)
    )  # fmt: skip


def test_each_loan_stands_on_one_page(bench: Bench, staff: Client):
    """What is out stands in the order of its due days, on and back by the page's own links, on both databases."""
    assert bench.stations
    many_loans(24)
    pages = pages_of_loans(staff)
    there, back = pages[:4], pages[4:]
    assert [len(page) for page in there] == [7, 7, 7, 3]
    assert back == there[:3][::-1]
    found, marks = list[str](), ("", "")
    while True:
        page = loan_pages._page(*marks)
        found += [loan.entry_id for loan in page.rows]
        if not page.after:
            break
        marks = (page.after, "")
    assert found == [f"{n:032x}" for n in range(24)]


def test_a_page_of_loans_is_a_range_of_an_index(bench: Bench):
    """The list of what is out sorts nothing and reads no table, wherever it begins."""
    assert bench.stations
    many_loans(24)

    def reads() -> None:
        first = loan_pages._page("", "")
        loan_pages._page("", loan_pages._page(first.after, "").before)

    plans = plans_of(reads, "ledger_openloan")
    assert len(plans) >= 5
    for plan in plans:
        assert "loans_by_due" in plan, plan
        assert not _SORTED.search(plan), plan


def test_counting_stops(sqlite_bench: Bench, staff: Client, monkeypatch: pytest.MonkeyPatch):
    """Beyond so many the pages say "more than"; nothing is read to the end to say so."""
    fill(sqlite_bench)
    many_loans(30)
    monkeypatch.setattr(case_list, "COUNTED", 20)
    monkeypatch.setattr(journal_rows, "COUNTED", 20)
    assert "20+ linjer, nyeste først." in text_of(staff.get(JOURNAL).text)
    assert "7 linjer, nyeste først." in text_of(staff.get(f"{JOURNAL}?kind=started").text)
    assert "20+ lån er ute" in text_of(staff.get("/loans").text)


def links(page: str) -> dict[str, str]:
    return {name: html.unescape(path) for path, name in re.findall(r'href="(\?[^"]*?(after|before)=[^"]*)"', page)}


def test_the_links_of_a_journal_keep_what_was_chosen(sqlite_bench: Bench, staff: Client):
    """On and back the page shows the same choice; so does the export. The mark does not pile up in the links."""
    fill(sqlite_bench)
    first = staff.get(f"{JOURNAL}?kind=loan").text
    assert set(links(first)) == {"after"}
    second = staff.get(JOURNAL + links(first)["after"]).text
    assert {name: path.count("=") for name, path in links(second).items()} == {"after": 2, "before": 2}
    assert text_of(second).count("Lånt") > 7 - 1
    assert "journal.csv?kind=loan" in second
    assert staff.get(JOURNAL + links(second)["before"]).text.count("<tr") == first.count("<tr")


@pytest.mark.parametrize(
    "mark",
    ["x", "9.9", "1", "1.", ".1", "1.x", "99999999999.1", "1.1.1", "-1.-1", "1.99999999999999999999", "1.0", "%00"],
)
def test_a_mark_that_names_nothing_begins_anew(bench: Bench, staff: Client, mark: str):
    """Whatever stands in the address, there is a page and no error, on both databases."""
    fill(bench)
    for path in (JOURNAL, f"{JOURNAL}?from=2020-01-01", "/loans"):
        for name in ("after", "before"):
            answer = staff.get(path, {name: mark})
            assert answer.status_code == 200
    assert "Nr." in staff.get(JOURNAL, {"after": mark}).text


def test_a_journal_without_a_clock_is_read_too(sqlite_bench: Bench):
    """Entries without a readable time stand on the page, and on none of chosen days."""
    fill(sqlite_bench)
    newest = Journal.objects.order_by("-epoch").first()
    RawEntry.objects.filter(journal=newest, seq=1).update(wall_ms=None)
    assert len(there_and_back(Choice(HERE))) == RawEntry.objects.count()
    days = Choice(HERE, first_ms=0, end_ms=now_ms() + DAY)
    assert len(there_and_back(days)) == RawEntry.objects.count() - 1
