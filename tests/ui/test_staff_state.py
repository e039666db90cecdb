"""What staff read about the station: how old the list is, since when, and how much room, in their own language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.ui.gallery import views

pytestmark = pytest.mark.screen


@pytest.mark.parametrize(("language", "never", "fresh"), [("nb", "Aldri", "Fersk"), ("en", "Never", "Fresh")])
def test_no_list_is_fresh_before_the_first(kiosk, language, never, fresh):
    """Before the first list has come, menu and page say so; afterwards both say how old it is."""
    kiosk.resize(1280, 800)
    kiosk.app.tr.language = language
    for name in ("staff-none", "state"):
        kiosk.show(replace(views()[name], feed_version=0))
        assert kiosk.person.sees(never)
        assert not kiosk.person.sees(fresh)
        kiosk.show(views()[name])
        assert kiosk.person.sees(fresh)
        assert not kiosk.person.sees(never)


@pytest.mark.parametrize(
    ("language", "since", "room"), [("nb", "17. nov. 14:32", "11,4 GB"), ("en", "17 Nov 14:32", "11.4 GB")]
)
def test_days_and_figures_are_said_as_the_language_says_them(kiosk, language, since, room):
    """A day before today has its month's name, and a figure the comma or the point of the language."""
    kiosk.resize(1280, 800)
    kiosk.app.tr.language = language
    kiosk.show("state-trouble")
    assert any(since in words for words in kiosk.person.reads())
    kiosk.show("state")
    assert any(room in words for words in kiosk.person.reads())


def test_where_the_time_has_no_room_the_day_stands(kiosk):
    """A row that cannot hold the day and the time of day says since which day."""
    kiosk.resize(1024, 600)
    kiosk.show("state-trouble")
    assert "siden 17. nov." in kiosk.person.reads()
