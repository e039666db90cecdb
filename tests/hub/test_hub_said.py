"""What residents say at the stations: counted, shown to staff, handled once, and undone."""

from __future__ import annotations

from django.test import Client
from hub.bench import KNOWN, NOW, Bench

from lending.entries import OfferedItem, SearchMissed, Suggestion
from sync.hub.review import said
from sync.hub.review.models import SaidEvent


def say_things(bench: Bench) -> None:
    """Let three stations hear a few things, one of them three times."""
    for number, words in enumerate(("En stige", "en  STIGE", "en stige")):
        bench[number].add(Suggestion(words))
    bench[0].add(OfferedItem("en kajakk <b>"))
    bench[0].add(SearchMissed("symaskin"))
    bench[0].add(Suggestion("  "))
    for number in range(3):
        bench.take(bench[number])


def test_the_same_words_are_one_however_they_are_written(bench: Bench):
    """Capitals and blanks make no difference; what most have said stands first; blanks alone are nothing."""
    say_things(bench)
    found = said.all_said()
    assert (found[0].kind, found[0].times, len(found[0].stations)) == ("suggestion", 3, 3)
    assert sorted(one.words for one in found[1:]) == ["en kajakk <b>", "symaskin"]


def test_staff_handle_it_with_an_answer_and_undo_it(bench: Bench, staff: Client):
    """The page shows it, one touch handles it, it stands among the done with the answer, and undo brings it back."""
    say_things(bench)
    page = staff.get("/said")
    assert "3 ganger" in page.text
    assert "en kajakk &lt;b&gt;" in page.text
    key = said.all_said()[0].key
    after = staff.post("/said/handle", {"key": key, "answer": "Kommer i mars"}, follow=True)
    assert "Det er lagret som gjort." in after.text
    assert "stige" not in after.text.casefold()
    done = staff.get("/said?state=handled").text
    assert "Kommer i mars" in done
    assert "anna" in done
    assert "Det venter igjen." in staff.post("/said/undo", {"key": key}, follow=True).text
    assert "3 ganger" in staff.get("/said").text
    assert list(SaidEvent.objects.order_by("pk").values_list("what", "who")) == [
        ("handled", "anna"),
        ("undone", "anna"),
    ]


def test_twice_or_unknown_changes_nothing(bench: Bench, staff: Client):
    """What somebody else has handled, or nobody ever said, is answered plainly."""
    say_things(bench)
    key = said.all_said()[0].key
    staff.post("/said/handle", {"key": key})
    for path, sent in (("handle", key), ("handle", "0" * 32), ("undo", "0" * 32), ("undo", "\x00")):
        assert "Ingenting ble endret" in staff.post(f"/said/{path}", {"key": sent}, follow=True).text
    assert SaidEvent.objects.count() == 1


def test_what_is_said_again_waits_again(bench: Bench, staff: Client):
    """A new voice after it was handled brings it back, counted over all."""
    say_things(bench)
    key = said.all_said()[0].key
    assert said.handle(key, "", "anna", NOW)
    assert key not in {one.key for one in said.waiting(said.all_said())}
    start = len(bench[1].journal)
    bench[1].add(Suggestion("EN STIGE"))
    bench.take(bench[1], bench[1].journal[start:])
    first = said.waiting(said.all_said())[0]
    assert (first.key, first.times) == (key, 4)
    assert KNOWN not in staff.get("/said").text
