"""What staff tell at a station arrives: a count, a new tag that is taken into the catalogue, a note."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from hub.bench import DRILL, SAW, TENT, Bench

from lending.entries import ItemRegistered, StaffNote, StockCount, Suggestion
from lending.errors import Refused
from sync.hub.catalogue.models import CatalogueItem
from sync.hub.clock import now_ms
from sync.hub.feed.service import feed_version
from sync.hub.fleet.models import Station
from sync.hub.review import said, told
from sync.hub.review.models import TagEvent

NEW = "0301099999"


def version_of(bench: Bench) -> int:
    """Return the version of the first station's feed."""
    return feed_version(Station.objects.get(pk=bench[0].station))


def registered(bench: Bench, *, undo: bool = False) -> str:
    """Let staff at the first station register a new copy of the drill's thing, and return that thing."""
    thing = CatalogueItem.objects.get(pk=DRILL).thing
    bench[0].add(ItemRegistered(NEW, thing))
    if undo:
        bench[0].add(ItemRegistered(NEW, thing, undo=True))
    bench.take(bench[0])
    return thing


def test_a_count_names_what_was_not_found(bench: Bench, staff: Client):
    """The station's page says how many were found and names each thing that was missing."""
    bench[0].add(StockCount((DRILL,), (TENT, "0399")))
    bench.take(bench[0])
    page = staff.get(f"/stations/{bench[0].station}").text
    name = CatalogueItem.objects.get(pk=TENT).name
    assert "1 funnet, 2 savnet" in page
    assert f"{name} ({TENT})" in page
    assert "(0399)" in page
    assert "1 funnet" not in staff.get(f"/stations/{bench[1].station}").text


def test_a_note_is_shown_and_escaped(bench: Bench, staff: Client):
    """Staff read the note as it was written; it is text and nothing else."""
    bench[0].add(StaffNote("laderen <b>er</b> løs"))
    bench.take(bench[0])
    page = staff.get(f"/stations/{bench[0].station}").text
    assert "laderen &lt;b&gt;er&lt;/b&gt; løs" in page
    assert "<b>er</b>" not in page


def test_a_new_tag_is_taken_into_the_catalogue(bench: Bench, staff: Client):
    """One touch makes it one more copy of its thing at that station, stations are told; twice changes nothing."""
    thing = registered(bench)
    address = f"/stations/{bench[0].station}"
    assert f'value="{NEW}"' in staff.get(address).text
    before = version_of(bench)
    assert staff.post(f"{address}/take-in", {"code": NEW}).status_code == 302
    row = CatalogueItem.objects.get(pk=NEW)
    assert (row.thing, row.home) == (thing, bench[0].station)
    assert version_of(bench) > before
    version = version_of(bench)
    staff.post(f"{address}/take-in", {"code": NEW})
    assert version_of(bench) == version
    assert "Ta inn i katalogen" not in staff.get(address).text


def test_what_was_taken_in_is_taken_out_again(bench: Bench, staff: Client):
    """Another touch takes it out, stations are told, and it waits as before; who did both stays written down."""
    registered(bench)
    address = f"/stations/{bench[0].station}"
    staff.post(f"{address}/take-in", {"code": NEW})
    assert "Tatt inn i katalogen" in staff.get(address).text
    before = version_of(bench)
    assert staff.post(f"{address}/take-out", {"code": NEW}).status_code == 302
    assert not CatalogueItem.objects.filter(pk=NEW).exists()
    assert version_of(bench) > before
    assert NEW in told.waiting_tags(bench[0].station)
    assert "Tatt ut av katalogen igjen" in staff.get(address).text
    staff.post(f"{address}/take-out", {"code": NEW})
    staff.post(f"{address}/take-in", {"code": NEW})
    trail = TagEvent.objects.order_by("pk").values_list("code", "what")
    assert list(trail) == [(NEW, "taken_in"), (NEW, "taken_out"), (NEW, "taken_in")]
    assert all(event.who for event in TagEvent.objects.all())
    assert CatalogueItem.objects.filter(pk=NEW).exists()


def test_only_what_was_taken_in_here_is_taken_out(bench: Bench):
    """Not what the library put there itself, not from another station's page, not after 30 days, not by strangers."""
    registered(bench)
    here, there, now = bench[0].station, bench[1].station, now_ms()
    told.take_in(here, NEW, "kari", now)
    for station, code, at in ((here, DRILL, now), (there, NEW, now), (here, NEW, now + told.UNDO_MS + 1)):
        with pytest.raises(Refused):
            told.take_out(station, code, "kari", at)
    assert CatalogueItem.objects.filter(code__in=[DRILL, NEW]).count() == 2
    Client().post(f"/stations/{here}/take-out", {"code": NEW})
    assert CatalogueItem.objects.filter(pk=NEW).exists()


@pytest.mark.parametrize("undo", [False, True])
def test_only_a_tag_that_waits_is_taken_in(bench: Bench, undo: bool):  # noqa: FBT001
    """A registration that was taken back waits for nobody; a tag nobody registered is not made up."""
    registered(bench, undo=undo)
    assert (NEW in told.waiting_tags(bench[0].station)) is not undo
    for code in ("0000", SAW, *([NEW] if undo else [])):
        with pytest.raises(Refused):
            told.take_in(bench[0].station, code, "kari", now_ms())
    assert not CatalogueItem.objects.filter(pk=NEW).exists()


def test_a_tag_of_a_thing_nobody_knows_waits_without_a_button_that_works(bench: Bench, staff: Client):
    """Nothing is invented of a thing the catalogue has no copy of: the page goes on as before."""
    bench[0].add(ItemRegistered(NEW, "no such thing"))
    bench.take(bench[0])
    assert staff.post(f"/stations/{bench[0].station}/take-in", {"code": NEW}).status_code == 302
    assert not CatalogueItem.objects.filter(pk=NEW).exists()


def test_only_staff_take_in(bench: Bench):
    """Who is not logged in changes nothing."""
    registered(bench)
    Client().post(f"/stations/{bench[0].station}/take-in", {"code": NEW})
    assert not CatalogueItem.objects.filter(pk=NEW).exists()


def plans_of(work: Callable[[], object]) -> list[str]:
    """Return how the database finds the entries that `work` asks for, if it looks for them by kind."""
    asked: list[tuple[str, object]] = []

    def note(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:  # noqa: FBT001
        if "journal_rawentry.kind IN" in sql:
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work()
    plans = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")  # these tables are so small that PostgreSQL would read them
        for sql, params in asked:
            cursor.execute(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN '}{sql}", params)
            plans.append(" / ".join(str(row[-1]) for row in cursor.fetchall()))
        if connection.vendor == "postgresql":
            cursor.execute("RESET enable_seqscan")
    return plans


def test_what_staff_tell_is_found_without_reading_a_journal(bench: Bench):
    """The station's page asks an index that holds nothing but what staff told there, on both databases."""
    registered(bench)
    plans = plans_of(lambda: told.told_at(bench[0].station, now_ms(), "nb"))
    assert len(plans) == 2
    assert all("entries_told" in plan for plan in plans), plans


def test_what_residents_say_is_found_without_reading_all_journals(bench: Bench):
    """So does the page of what residents say."""
    bench[0].add(Suggestion("en stige"))
    bench.take(bench[0])
    (plan,) = plans_of(lambda: said.all_said())
    assert "entries_said" in plan
    assert [one.words for one in said.all_said()] == ["en stige"]
