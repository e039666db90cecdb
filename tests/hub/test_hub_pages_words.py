"""The words, icons, times and colours of the staff pages."""

from __future__ import annotations

import re
from pathlib import Path
from pkgutil import iter_modules

from hub.bench import NOW
from hub.office import DAY

import assets
from lending.cases import CaseKind
from sync.hub import commands
from sync.hub.ledger.cases import JournalCaseKind
from sync.hub.review import words
from sync.hub.review.kinds import kind_names, kind_of
from sync.hub.review.when import ago, day_and_time, span
from sync.hub.review.words import keys, say

HUB = Path(commands.__file__).parent


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
    dynamic += ("fork.", "told.", "stations.remark.")
    unused = {key for key in known - used if not key.startswith(dynamic) and not key.endswith(".one")}
    assert not unused
    assert say("en", "cases.waiting", n=1) == "1 case is waiting"


def test_every_list_of_words_is_read_and_no_key_stands_in_two():
    """Each module of words is among those that are read, and none writes over a key of another."""
    assert {page.__name__ for page in words._PAGES} == {
        f"{words.__name__}.{m.name}" for m in iter_modules(words.__path__)
    }
    assert sum(len(page.WORDS) for page in words._PAGES) == len(keys())


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
