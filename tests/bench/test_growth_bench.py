"""The growth benchmark asks two hubs the same, and says what grew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench import growth, story
from bench.growing import FAR_PAGE, PAGES, Filled, Rounds, out_at_the_end, take_turns
from bench.throwaway import throw_away_folder


@pytest.mark.skipif(
    os.environ.get("NABOLAN_BENCHMARKS") != "all", reason="ten seconds; NABOLAN_BENCHMARKS=all asks for it"
)
def test_a_filled_hub_answers_everything_that_is_measured():
    """Stations go on with their journals, a poll finds nothing or the one change there is, staff see full pages."""
    with throw_away_folder() as folder, growth.filled_hub(folder, "", 8, 60) as hub:
        assert list(take_turns([hub], Rounds(pushes=12, polls=2, changes=1, pages=1))) == ["pushes", "polls", "pages"]
    assert {name: len(took) for name, took in hub.ms.items()} == {
        "push of 10 entries": 12,
        "feed poll, nothing new": 2,
        "feed poll, one change": 1,
        **dict.fromkeys([*PAGES, FAR_PAGE], 1),
    }
    assert not folder.exists()


def _hub(folder: Path, took: dict[str, list[float]]) -> Filled:
    return Filled("", folder, {}, 1000, 10, "", [], took)


def test_what_grew_is_told_as_a_ratio(tmp_path: Path):
    """p95 of the large hub stands over p95 of the small one; more than 1.5 times misses the goal."""
    few = _hub(tmp_path, {"case list": [10.0] * 20, "stations": [1.0] * 20})
    many = _hub(tmp_path, {"case list": [10.0] * 18 + [16.0] * 2, "stations": [9.0] * 20})
    found = {figure.name: figure for figure in growth.figures("SQLite", few, many)}
    assert (found["case list, SQLite, p95"].ratio, found["case list, SQLite, p95"].met) == (1.6, False)
    assert (found["case list, SQLite, p50"].ratio, found["case list, SQLite, p50"].met) == (1.0, None)
    assert found["stations, SQLite, p95"].met is None


def test_the_story_leaves_some_items_out():
    """Half of a station's items are out when its story ends, so that pushes have returns and loans to make."""
    assert 5 <= len(out_at_the_end(100)) <= story.ITEMS
