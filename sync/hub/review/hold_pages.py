"""What is set aside for whom, setting something aside, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lending.errors import Refused
from sync.hub.clock import now_ms
from sync.hub.holds import service
from sync.hub.holds.models import Hold, HoldState
from sync.hub.review.access import staff_only
from sync.hub.review.case_pages import who
from sync.hub.review.context import language_of
from sync.hub.review.entry_lines import forgotten_words, short_ref
from sync.hub.review.present import Chip, station_names
from sync.hub.review.things import Thing, Things
from sync.hub.review.when import day_and_time, local, weekday
from sync.hub.review.words import NOTHING, say

_A_PAGE = 100
_WHY: dict[type[Refused], tuple[str, int]] = {
    service.UnknownCard: ("holds.no_card", 404),
    service.UnknownItem: ("holds.no_item", 404),
    service.AlreadyHeld: ("holds.taken", 409),
}
_ENDS = {
    HoldState.COLLECTED: Chip("circle-check", "good", "holds.collected"),
    HoldState.CANCELLED: Chip("circle-slash", "info", "holds.ended"),
    HoldState.LAPSED: Chip("clock", "info", "holds.lapsed"),
}


@dataclass(frozen=True, slots=True)
class HoldRow:
    """One hold in words."""

    hold_id: str
    thing: Thing
    name: str
    station: str
    until: str
    card: str
    chip: Chip
    trail: tuple[str, ...]


@require_safe
@staff_only
def list_holds(request: HttpRequest) -> HttpResponse:
    """Show what is set aside, what is to be picked up first on top; with `?state=over` what was, the newest first."""
    language, now = language_of(request), now_ms()
    over = request.GET.get("state") == "over"
    chosen = Hold.objects.exclude(state=HoldState.OPEN) if over else Hold.objects.filter(state=HoldState.OPEN)
    ordered = chosen.order_by(*(("-placed_ms", "hold_id") if over else ("until", "placed_ms", "hold_id")))
    page = Paginator(ordered.prefetch_related("events"), _A_PAGE).get_page(request.GET.get("page"))
    things, names = Things((hold.item for hold in page if hold.item), language), station_names()
    total = page.paginator.count
    facts = {
        "here": "holds",
        "title": _title(total, language, over=over),
        "over": over,
        "page": page,
        "query": "state=over" if over else "",
        "holds": [_row(hold, things, names, now, language) for hold in page],
        "cancelled": request.GET.get("cancelled", ""),
    }
    return render(request, "holds.html", facts)


def _title(total: int, language: str, *, over: bool) -> str:
    if over:
        return say(language, "holds.show_ended" if total else "holds.none_ended")
    return say(language, "holds.title", n=total) if total else say(language, "holds.none")


def _row(hold: Hold, things: Things, names: Mapping[str, str], now: int, language: str) -> HoldRow:
    thing = things[hold.item]
    return HoldRow(
        hold_id=hold.hold_id,
        thing=thing,
        name=thing.name if hold.item else hold.thing,
        station=names.get(hold.station, hold.station),
        until=weekday(hold.until, language),
        card=_card(hold, now, language),
        chip=_chip(hold, local(now).date(), language),
        trail=_trail(hold, now, language),
    )


def _card(hold: Hold, now: int, language: str) -> str:
    if hold.patron_ref:
        return f"…{short_ref(hold.patron_ref)}"
    return next(iter(forgotten_words(hold, now, language)), NOTHING)


def _chip(hold: Hold, today: date, language: str) -> Chip:
    if hold.state == HoldState.OPEN:
        late = hold.until < today
        word = say(language, "holds.over" if late else "holds.open")
        return Chip("clock-alert" if late else "bookmark", "attention" if late else "good", word)
    end = _ENDS[HoldState(hold.state)]
    return Chip(end.icon, end.tone, say(language, end.word))


def _trail(hold: Hold, now: int, language: str) -> tuple[str, ...]:
    """Return what was done with the hold, when and by whom; by nobody's name means at the station."""
    events = sorted(hold.events.all(), key=lambda event: event.pk)
    return tuple(
        " · ".join(
            part
            for part in (say(language, f"hold_event.{e.what}"), e.who, day_and_time(e.at_ms, now, language))
            if part
        )
        for e in events
    )


@require_http_methods(["GET", "POST"])
@staff_only
@sensitive_post_parameters("card")
def new_hold(request: HttpRequest) -> HttpResponse:
    """Show the form, or set the item aside for the card and show the pickup code this once."""
    language, now = language_of(request), now_ms()
    facts = {"here": "holds", "title": say(language, "holds.new")}
    if request.method == "GET":
        return render(request, "new_hold.html", facts | {"item": request.GET.get("item", "").replace("\x00", "")})
    card, item = (request.POST.get(name, "").replace("\x00", "").strip() for name in ("card", "item"))
    try:
        made = service.set_aside(card, item, who(request.user), local(now).date(), now)
    except Refused as no:
        why, status = _WHY[type(no)]
        return render(request, "new_hold.html", facts | {"item": item, "why": say(language, why)}, status=status)
    hold, thing = made.hold, Things([item], language)[item]
    place = station_names().get(hold.station, hold.station)
    shown = {
        "here": "holds",
        "title": say(language, "holds.code", thing=thing.definite),
        "lead": say(language, "holds.code_lead", station=place, day=weekday(hold.until, language)),
        "code": made.code,
    }
    return render(request, "hold_code.html", shown)


@require_POST
@staff_only
def cancel_hold(request: HttpRequest, hold_id: str) -> HttpResponse:
    """Take the hold back and show the list again, which says what came of it."""
    done = service.cancel(hold_id.replace("\x00", ""), who(request.user), now_ms())
    return redirect(f"{reverse('holds')}?cancelled={'yes' if done else 'no'}")
