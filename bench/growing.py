"""What is asked of a filled hub over HTTP: pushes of a station, polls of the feed, pages of staff."""

from __future__ import annotations

import gzip
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import requests

from bench import library, story
from bench.story import KEY, token_of
from bench.throwaway import run
from lending.entries import Draft, Loan, Personal, Return
from lending.times import Reading
from sync.cards import CardKey
from sync.journal import Place, seal, sign_batch
from sync.protocol import make_batch

A_BATCH = 10
"""Entries of one push: what gathers at a station in a day."""

_SECONDS = 120
_UP_MS = 10**8
_WARM = 2
"""So many times everything is asked for before it counts: the first only wake the caches."""

_NEXT_PAGE = re.compile(r'href="(\?[^"]*\bafter=[^"]+)"')
_FAR = 8
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def timed_ms(work: Callable[[], object]) -> float:
    """Return how long `work` took, in milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


@dataclass(slots=True)
class Filled:
    """A filled hub that answers at `url`; `heads` are the hashes its first stations' journals end with."""

    url: str
    folder: Path
    environment: dict[str, str]
    entries: int
    per_station: int
    password: str
    heads: list[str]
    ms: dict[str, list[float]] = field(default_factory=dict)

    def note(self, name: str, took: float) -> None:
        """Keep how long something took."""
        self.ms.setdefault(name, []).append(took)

    @property
    def card_key(self) -> CardKey:
        """The key cards are hashed with."""
        return CardKey(1, bytes.fromhex((self.folder / "card.key").read_text("ascii").strip()))


def stations_of(hub: Filled) -> list[Pusher]:
    """Return the stations that will push, one per head."""
    out = out_at_the_end(hub.per_station)
    return [
        Pusher(hub, number, Place(library.station_of(number + 1), 1, hub.per_station, head), dict.fromkeys(out))
        for number, head in enumerate(hub.heads)
    ]


def out_at_the_end(entries: int) -> list[int]:
    """Return the items of a station, by number, that are out when its story ends."""
    out: set[int] = set()
    nobody = Personal("1:" + "0" * 32)
    for draft, _ in story.drafts(entries, 0, lambda _: nobody, lambda _: nobody):
        item = getattr(draft.body, "item", "")
        if item.startswith("03") and isinstance(draft.body, Loan | Return):
            (out.add if isinstance(draft.body, Loan) else out.discard)(int(item[2:]))
    return sorted(out)


@dataclass(slots=True)
class Pusher:
    """A station that goes on with its journal; `out` holds its items that are out."""

    hub: Filled
    number: int
    place: Place
    out: dict[int, None]
    turn: int = 0
    session: requests.Session = field(default_factory=requests.Session)

    def push(self) -> float:
        """Return how many milliseconds a day's entries took to their verdicts. Raises RuntimeError if not all were
        stored.
        """
        now = time.time_ns() // 1_000_000
        entries = []
        for left in range(A_BATCH, 0, -1):
            at = Reading(now - left * 1000, f"{self.number:032x}", 10**8 + now % 10**9 - left * 1000, synced=True)
            salt = f"{self.turn:032x}"
            wire = seal(self._next(), self.place, at, lambda salt=salt: salt)
            self.place = Place(self.place.station, 1, wire["seq"], wire["hash"])
            entries.append(wire)
        batch = make_batch(
            self.place.station,
            1,
            entries,
            Reading(now, f"{self.number:032x}", 10**8 + now % 10**9, synced=True),
            "nabolan/bench",
        )
        batch["signature"] = sign_batch(batch, KEY)
        body = gzip.compress(json.dumps(batch).encode(), 1)
        headers = {
            "Authorization": f"Bearer {token_of(self.number)}",
            "Content-Encoding": "gzip",
            "Content-Type": "application/json",
        }
        began = time.perf_counter()
        answer = self.session.post(f"{self.hub.url}/api/journal", data=body, headers=headers, timeout=_SECONDS)
        took = (time.perf_counter() - began) * 1000
        said = answer.json()
        if said.get("acknowledged") != self.place.seq or {one["verdict"] for one in said["verdicts"]} != {"stored"}:
            raise RuntimeError(f"{answer.status_code}: {answer.text[:300]}")
        return took

    def _batch(self) -> dict[str, Any]:
        """Return the next entries, signed; a second passes between them."""
        entries = []
        for left in range(A_BATCH, 0, -1):
            salt = f"{self.turn:032x}"
            wire = seal(self._next(), self.place, self._clock(left * 1000), lambda salt=salt: salt)
            self.place = Place(self.place.station, 1, wire["seq"], wire["hash"])
            entries.append(wire)
        batch = make_batch(self.place.station, 1, entries, self._clock(0), "nabolan/bench")
        return batch | {"signature": sign_batch(batch, KEY)}

    def _clock(self, ms_ago: int) -> Reading:
        """Return the station's clocks so long ago, in one boot."""
        wall, up = time.time_ns() // 1_000_000, time.monotonic_ns() // 1_000_000 + _UP_MS
        return Reading(wall - ms_ago, f"{self.number:032x}", up - ms_ago, synced=True)

    def _next(self) -> Draft:
        """Lend one of the station's items, or take it back."""
        self.turn += 1
        item = self.turn // 2 % story.ITEMS
        code = library.code_of(self.number * story.ITEMS + item)
        entry_id = f"{self.hub.entries:08x}{self.number:08x}{self.turn:016x}"
        if item in self.out:
            del self.out[item]
            return Draft(entry_id, Return(code))
        self.out[item] = None
        card = library.card_of(self.number * story.CARDS + self.turn % story.CARDS)
        return Draft(entry_id, Loan(code, library.DUE), Personal(self.hub.card_key.patron_ref(card)))


class Poller:
    """A station that has everything and asks whether there is more."""

    def __init__(self, hub: Filled, number: int) -> None:
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token_of(number)}"
        self._url = f"{hub.url}/api/feed/changes"
        self._cursor = ""

    def ask(self) -> int:
        """Return how many things were new; asks once."""
        answer = self._session.get(self._url, params={"cursor": self._cursor}, timeout=_SECONDS)
        if answer.status_code == requests.codes.not_modified:
            return 0
        answer.raise_for_status()
        page = answer.json()
        self._cursor = page["cursor"]
        return sum(map(len, (*page["put"].values(), *page["gone"].values()))) + bool(page["more"])

    def ask_for_one(self) -> None:
        """Ask once; raises RuntimeError unless exactly one thing was new."""
        new = self.ask()
        if new != 1:
            raise RuntimeError(f"{new} things were new instead of one")

    def catch_up(self) -> None:
        """Fetch everything there is."""
        while self.ask():
            pass


class Browser:
    """A browser in which staff are logged in."""

    def __init__(self, hub: Filled) -> None:
        self._session, self._url = requests.Session(), hub.url
        form = self._session.get(f"{hub.url}/login", timeout=_SECONDS).text
        token = _TOKEN.search(form)
        if token is None:
            raise RuntimeError("the login page has no form")
        said = {"csrfmiddlewaretoken": token[1], "username": "anna", "password": hub.password}
        self._session.post(f"{hub.url}/login", data=said, headers={"Referer": hub.url}, timeout=_SECONDS)

    def page(self, path: str) -> str:
        """Return the page; raises RuntimeError if it is another one."""
        answer = self._session.get(f"{self._url}{path}", timeout=_SECONDS, allow_redirects=False)
        if answer.status_code != requests.codes.ok:
            raise RuntimeError(f"{path}: {answer.status_code}")
        return answer.text

    def far_page(self) -> str:
        """Return the path of a page far down the list of cases, as far as its links to the next one lead."""
        path = "/"
        for _ in range(_FAR):
            following = _NEXT_PAGE.search(self.page(path))
            if following is None:
                break
            path = f"/{unescape(following[1])}"
        return path


FAR_PAGE = "case list, far down"
PAGES = {
    "case list, first page": "/",
    "case list of one kind": "/?kind=returned_not_lent",
    "one station's cases": "/?station=ls-0007",
    "journal of a station": "/stations/ls-0007/journal",
    "stations": "/stations",
}
"""What staff look at. The goal is about the case lists, which are full pages in both hubs."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often each hub is asked."""

    pushes: int = 300
    polls: int = 200
    changes: int = 20
    pages: int = 40


def change_a_card(hub: Filled, number: int) -> None:
    """Block a card of the first station, or free it again, by the hub's own command."""
    card, blocked = library.card_of(number // 2), "no" if number % 2 else "yes"
    run([sys.executable, "-m", "sync.hub", "card", card, "--blocked", blocked], hub.folder, hub.environment)


def take_turns(hubs: list[Filled], rounds: Rounds) -> Iterator[str]:
    """Ask all hubs the same in turn, so that whatever else this machine does meets all alike; notes in each `ms`.

    Yields what has been measured.
    """
    _pushes(hubs, rounds)
    yield "pushes"
    _polls(hubs, rounds)
    yield "polls"
    _pages(hubs, rounds)
    yield "pages"


def _pushes(hubs: list[Filled], rounds: Rounds) -> None:
    pushers = [stations_of(hub) for hub in hubs]
    for some in pushers:
        for pusher in some[:_WARM]:
            pusher.push()
    for number in range(rounds.pushes):
        for hub, some in zip(hubs, pushers, strict=True):
            hub.note("push of 10 entries", some[number % len(some)].push())


def _polls(hubs: list[Filled], rounds: Rounds) -> None:
    pollers = [Poller(hub, 3) for hub in hubs]
    for poller in pollers:
        poller.catch_up()
    for _ in range(rounds.polls):
        for hub, poller in zip(hubs, pollers, strict=True):
            hub.note("feed poll, nothing new", timed_ms(poller.ask))
    for number in range(rounds.changes):
        for hub, poller in zip(hubs, pollers, strict=True):
            change_a_card(hub, number)
            hub.note("feed poll, one change", timed_ms(poller.ask_for_one))


def _pages(hubs: list[Filled], rounds: Rounds) -> None:
    browsers = [Browser(hub) for hub in hubs]
    asked = {name: [path] * len(hubs) for name, path in PAGES.items()}
    asked[FAR_PAGE] = [browser.far_page() for browser in browsers]
    for name, paths in asked.items():
        for number in range(rounds.pages + _WARM):
            for hub, browser, path in zip(hubs, browsers, paths, strict=True):
                took = timed_ms(lambda browser=browser, path=path: browser.page(path))
                if number >= _WARM:
                    hub.note(name, took)
