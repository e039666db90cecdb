"""What the hub tells stations beside lending: pages of things, places nearby, messages with a kind, figures."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from hub.bench import DRILL, KNOWN, NOW, OTHER, SAW, STATIONS, TENT, Bench, item
from hub.feed_copy import Copy, fresh

from lending.entries import ItemChecked, Return
from lending.errors import Refused
from lending.nouns import Shelf, Text
from nabolan.demo import library
from sync.feed_browse import (
    Footprint,
    NearbyPlace,
    PlaceKind,
    ThingPage,
    figures_from_plain,
    page_from_plain,
    place_from_plain,
)
from sync.hub import commands
from sync.hub.__main__ import main
from sync.hub.catalogue.looking_around import load_pages, load_places
from sync.hub.feed import cursor, figures
from sync.hub.feed.models import FeedRow, FeedState, Lane
from sync.hub.fleet import enrolment

DRILL_PAGE = ThingPage("hammer drill", Text.of({"nb": "For hull"}), rent_kroner=190, co2e=Footprint(12.2, 36.8))
SAW_PAGE = ThingPage("saw", Text.of({"nb": "For planker"}))
CAFE = NearbyPlace("cafe", PlaceKind.REPAIR, "Fiksekafeen")
DAY_MS = 86_400_000


def pages_of(copy: Copy) -> dict[str, ThingPage]:
    """Return the pages of a station's copy."""
    return {key: page_from_plain(plain) for (kind, key), plain in copy.rows.items() if kind == "thing"}


def places_of(copy: Copy) -> dict[str, NearbyPlace]:
    """Return the places of a station's copy."""
    return {key: place_from_plain(plain) for (kind, key), plain in copy.rows.items() if kind == "place"}


@pytest.mark.usefixtures("bench")
def test_pages_reach_stations_as_copies_and_as_changes():
    """A station that begins anew and one that asks what is new hold the same pages."""
    copy = fresh()
    assert load_pages([DRILL_PAGE, SAW_PAGE], NOW).changed == 2
    assert pages_of(copy.catch_up()) == {"hammer drill": DRILL_PAGE, "saw": SAW_PAGE}
    assert fresh(STATIONS[1]).rows == copy.rows
    assert load_pages([DRILL_PAGE, SAW_PAGE], NOW) == load_pages([SAW_PAGE], NOW)
    assert (load_pages([SAW_PAGE], NOW, only=True).gone, copy.begun) == (1, 1)
    assert set(pages_of(copy.catch_up())) == {"saw"}


@pytest.mark.usefixtures("bench")
def test_pages_come_last():
    """Whatever lending needs goes before what one only looks at."""
    load_pages([DRILL_PAGE], NOW)
    commands.load_cards([(f"N{n:09}", False) for n in range(5)])
    lanes = dict(FeedRow.objects.values_list("kind", "lane"))
    assert lanes["thing"] == max(Lane) > lanes["card"]


def older(text: str) -> str:
    """Return the cursor as hubs wrote it that had five lanes."""
    plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))[:-2]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


@pytest.mark.usefixtures("bench")
def test_a_cursor_of_before_goes_on():
    """A station whose hub was updated is told the pages as changes: nobody fetches half a million cards again."""
    copy = fresh()
    load_pages([DRILL_PAGE], NOW)
    copy.cursor = older(copy.cursor)
    FeedState.objects.update(pruned=0)
    assert set(pages_of(copy.catch_up())) == {"hammer drill"}
    assert copy.begun == 1
    assert copy.rows == fresh().rows


@pytest.mark.usefixtures("bench")
def test_a_cursor_of_before_goes_on_although_tombstones_are_gone():
    """Who was never told anything of a lane misses no tombstone of it; of the other lanes, one is missed as ever."""
    copy = fresh()
    load_pages([DRILL_PAGE], NOW)
    least = min(min(cursor.read(copy.cursor).lanes))
    FeedState.objects.update(pruned=least)
    copy.cursor = older(copy.cursor)
    assert copy.catch_up().begun == 1
    FeedState.objects.update(pruned=least + 1)
    behind = Copy(cursor=older(copy.cursor))
    behind.catch_up()
    assert cursor.read(older(copy.cursor)).lanes[-1] == cursor.START


@pytest.mark.usefixtures("bench")
def test_a_walk_of_before_ends_whole(monkeypatch: pytest.MonkeyPatch):
    """A snapshot that was under way while the hub was updated goes on and holds the pages in the end."""
    load_pages([DRILL_PAGE, SAW_PAGE], NOW)
    monkeypatch.setattr("sync.hub.feed.pages.MAX_PAGE_ROWS", 2)
    copy = Copy()
    copy.page()
    copy.cursor = older(copy.cursor)
    assert copy.catch_up().begun == 1
    assert copy.rows == fresh().rows


@pytest.mark.parametrize(
    "odd",
    [
        ThingPage("a", Text.of({"nb": "x" * 201})),
        ThingPage("a", Text.of({"nb": "nul \x00"})),
        ThingPage("", Text.of({"nb": "x"})),
        ThingPage("a", how_to=tuple(Text.of({"nb": f"{n:03}" + "x" * 190, "en": "y" * 190}) for n in range(190))),
    ],
)
@pytest.mark.usefixtures("bench")
def test_a_page_no_station_could_take_is_refused_whole(odd: ThingPage):
    """One page that is too long, or holds what cannot be kept, and nothing of the load is kept."""
    with pytest.raises(Refused):
        load_pages([DRILL_PAGE, odd], NOW)
    assert pages_of(fresh()) == {}


# --- places


def test_stations_are_places_once_they_are_let_in(bench: Bench):
    """A station that has been let in is a place for the others, under its new name too, until it is shut out."""
    copy = fresh(bench[0].station)
    code = commands.create_station("ls-0042", "Konnerud")
    assert "station:ls-0042" not in places_of(copy.catch_up())
    enrolment.enrol(code, "ab" * 32, NOW)
    assert places_of(copy.catch_up())["station:ls-0042"].name == "Konnerud"
    commands.create_station("ls-0042", "Konnerud bibliotek")
    assert places_of(copy.catch_up())["station:ls-0042"].name == "Konnerud bibliotek"
    commands.revoke("ls-0042")
    assert "station:ls-0042" not in places_of(copy.catch_up())


@pytest.mark.usefixtures("bench")
def test_a_place_that_names_a_station_stands_for_it():
    """Where staff keep a place for a station, it is told once, with what they say of it."""
    named = NearbyPlace("hall", PlaceKind.STATION, "Idrettshallen", address="Hallveien 1", station=STATIONS[1])
    load_places([CAFE], NOW)
    assert {"cafe", f"station:{STATIONS[1]}"} <= places_of(fresh()).keys()
    load_places([named], NOW)
    told = places_of(fresh())
    assert told["hall"] == named
    assert f"station:{STATIONS[1]}" not in told
    assert load_places([CAFE], NOW, only=True).gone == 1
    assert f"station:{STATIONS[1]}" in places_of(fresh())


# --- files


def written(folder: Path, name: str, text: str) -> str:
    """Return the path of a file with this text."""
    file = folder / name
    file.write_text(text, "utf-8")
    return str(file)


TABLE = """id,use_nb,use_en,tasks_nb,tasks_en,how_to_nb,rent_kroner,rent_basis_nb,weight_kg,co2e_low_kg,co2e_high_kg
hammer drill,For hull,For holes,henge gardin | bore i mur,hang curtains,Sett i batteriet | Bor,190,Oppdiktet,3.5,12.2,36.8
saw,For planker,,,,,,,,,
"""  # noqa: E501 - a table


@pytest.mark.usefixtures("bench")
def test_a_table_becomes_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A row of a table is a page: texts by language, lists with bars between, figures with a point."""
    assert main(["things", written(tmp_path, "things.csv", TABLE)]) == 0
    page = pages_of(fresh())["hammer drill"]
    assert page.use == Text.of({"nb": "For hull", "en": "For holes"})
    assert page.tasks == (Text.of({"nb": "henge gardin", "en": "hang curtains"}), Text.of({"nb": "bore i mur"}))
    assert [step.get("nb") for step in page.how_to] == ["Sett i batteriet", "Bor"]
    assert (page.rent_kroner, page.rent_basis.get("nb"), page.weight_kg) == (190, "Oppdiktet", 3.5)
    assert page.co2e == Footprint(12.2, 36.8)
    assert capsys.readouterr().out == "2 new or changed, 0 taken out\n"
    assert main(["things"]) == 0
    assert capsys.readouterr().out.splitlines() == ["hammer drill  For hull", "saw  For planker", "tent  -"]


@pytest.mark.usefixtures("bench")
def test_a_list_becomes_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """JSON is taken as stations get it."""
    plain = [{"id": "cafe", "kind": "repair", "name": "Fiksekafeen", "hours": {"nb": "Lørdag 11-15"}}]
    assert main(["places", written(tmp_path, "places.json", json.dumps(plain))]) == 0
    assert places_of(fresh())["cafe"].hours.get("nb") == "Lørdag 11-15"
    main(["places"])
    assert capsys.readouterr().out.splitlines()[-1] == "cafe  repair  Fiksekafeen"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "id,rent_kroner\ndrill,cheap\nsaw,1\ndrill,2\nsaw,3\n", ["line 2: rent_kroner", "line 5: 'saw'"]),
        ("a.csv", "id,price\ndrill,1\n", ["there is no column called 'price'"]),
        ("a.csv", "use_nb\nbore\n", ["the column id is missing"]),
        ("a.csv", "id,use_nb\n,bore\n", ["line 2: an id is missing"]),
        ("a.csv", f"id,use_nb\ndrill,{'x' * 201}\n", ["line 2: a text of at most 200"]),
        ("a.csv", "id,co2e_low_kg\ndrill,1\n", ["line 2: high_kg is missing"]),
        ("a.csv", "id,use_nb\ndrill,bore,too much\n", ["line 2: has more cells than there are columns"]),
        ("a.json", "[{}]", ["number 1: id is missing"]),
        ("a.json", '{"id": 1}', ["this is no list"]),
        ("a.json", "[", ["this is no JSON"]),
        ("none.json", None, ["none.json cannot be read"]),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("bench")
def test_every_wrong_line_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str | None, said: list[str]
):
    """A file with something wrong changes nothing, and the answer says where it is."""
    file = str(tmp_path / name) if text is None else written(tmp_path, name, text)
    assert main(["things", file]) == 1
    told = capsys.readouterr().err
    assert "Nothing was changed" in told
    for part in said:
        assert part in told
    assert pages_of(fresh()) == {}


@pytest.mark.usefixtures("bench")
def test_a_place_of_no_known_kind_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Staff who mistype a kind hear which ones there are."""
    assert main(["places", written(tmp_path, "p.csv", "id,kind,name\ncafe,repiar,Fiksekafeen\n")]) == 1
    assert "line 2: kind is none of station, library" in capsys.readouterr().err


@pytest.mark.usefixtures("bench")
def test_a_message_has_a_kind(capsys: pytest.CaptureFixture[str]):
    """An event is told as one, a message without a kind as a notice."""
    main(["message", "yarn", "--nb", "Strikkekafé", "--until", "2099-01-01", "--kind", "event"])
    main(["message", "shut", "--nb", "Stengt", "--until", "2099-01-01"])
    told = fresh().rows
    assert (told["message", "yarn"]["kind"], "kind" in told["message", "shut"]) == ("event", False)
    capsys.readouterr()
    main(["message"])
    assert {line.split()[1] for line in capsys.readouterr().out.splitlines()} == {"event", "notice"}


@pytest.mark.usefixtures("bench")
def test_the_demo_has_something_to_show():
    """The invented library's pages, places and messages are taken by the hub and read as they were by a station."""
    today = date(2026, 11, 22)
    assert commands.load_pages(library.pages()) == len(library.items()) == 60
    commands.load_places(library.places())
    for message in library.messages(today):
        commands.set_message(message)
    copy = fresh()
    assert pages_of(copy) == {page.thing: page for page in library.pages()}
    assert {place.place_id: place for place in library.places()}.items() <= places_of(copy).items()
    assert copy.of("message") == {message.message_id for message in library.messages(today)}
    assert all(today - item.checked_on < timedelta(61) for item in library.items(today) if item.checked_on)


# --- figures


def figures_of(station: str) -> dict[str, object]:
    """Return the figures a station is told of itself."""
    (told,) = [plain for (kind, _), plain in fresh(station).rows.items() if kind == "figures"]
    return dict(told)


def test_loans_are_counted_by_station(bench: Bench):
    """Loans of this month and year count where they were made; one undone in the same visit never was one."""
    first, second = bench[0], bench[1]
    first.lend(DRILL, wall=NOW - 40 * DAY_MS)
    first.take_back(DRILL, wall=NOW - 39 * DAY_MS)
    first.lend(DRILL, wall=NOW - DAY_MS)
    undone = first.lend(SAW, OTHER, wall=NOW - DAY_MS + 1)
    first.add(Return(SAW, undone["id"], undo=True), wall=NOW - DAY_MS + 2)
    second.lend(TENT, wall=NOW - 400 * DAY_MS)
    bench.take(first)
    bench.take(second)
    figures.count_figures(NOW)
    assert figures_of(first.station) == {"id": first.station, "counted_on": "2026-11-22", "month": 1, "year": 2}
    assert figures_of(second.station) == {"id": second.station, "counted_on": "2026-11-22", "month": 0, "year": 0}
    assert not [key for kind, key in fresh(first.station).rows if kind == "figures" and key != first.station]


def test_a_copy_tells_its_home_how_it_fared(bench: Bench):
    """How often a copy was lent anywhere and when it was last checked is told to the station where it is at home."""
    first, second = bench[0], bench[1]
    first.lend(DRILL)
    second.take_back(DRILL, wall=NOW + 1)
    second.lend(DRILL, wall=NOW + 2)
    second.take_back(DRILL, wall=NOW + 3)
    second.add(ItemChecked(DRILL, Shelf.FREE), KNOWN, wall=NOW + 4)
    bench.take(first)
    bench.take(second)
    figures.count_figures(NOW)
    told = fresh(STATIONS[0]).rows["copy", DRILL]
    assert told == {"code": DRILL, "times_lent": 2, "checked_on": "2026-11-22"}
    assert fresh(STATIONS[0]).of("copy") == {DRILL}
    assert fresh(STATIONS[1]).of("copy") == set()


@pytest.mark.parametrize(("cards", "told"), [(4, None), (5, 5)])
def test_few_neighbours_are_not_told(bench: Bench, cards: int, told: int | None):
    """A count of fewer than five cards would point at people, so there is none."""
    numbers = [f"N77700000{n}" for n in range(cards)]
    commands.load_cards([(number, False) for number in numbers])
    commands.load_catalogue([item(f"{n:08}", "vinsj", "winch") for n in range(2 * cards)], [])
    for n, number in enumerate(numbers * 2):
        bench[0].lend(f"{n:08}", number)
    bench.take(bench[0])
    figures.count_figures(NOW)
    assert figures_from_plain(figures_of(STATIONS[0])).neighbours == told
    assert figures_of(STATIONS[0])["year"] == 2 * cards


def test_figures_are_counted_once_a_day(bench: Bench):
    """Whoever asks first on a day counts; a day later it is done again, and a count that says the same changes
    nothing but its day.
    """
    assert figures.count_if_due(NOW)
    assert not figures.count_if_due(NOW + 1)
    assert figures.count_if_due(NOW + DAY_MS)
    assert figures_of(bench[0].station)["counted_on"] == "2026-11-23"
    assert FeedState.objects.get().counted_on == date(2026, 11, 23)


def test_a_station_gets_pages_by_the_call_it_always_made(bench: Bench):
    """The pages of things come with the changes of the feed."""
    load_pages([SAW_PAGE], NOW)
    answer = Client().get("/api/feed/changes", headers=bench[0].headers)
    assert answer.json()["put"]["thing"] == [{"id": "saw", "use": {"nb": "For planker"}}]
