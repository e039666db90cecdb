"""The calls of `sync.protocol`. Each is a thin layer over the module that does the work."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.views.decorators.gzip import gzip_page
from ninja.decorators import decorate_view
from ninja.security import HttpBearer

from lending.errors import NotAllowed, Refused
from sync.heartbeat import MAX_BEAT_BYTES, beat_from_plain, head_from_plain, reply_to_plain, whole_number
from sync.hub.api.body import json_object
from sync.hub.api.describe import DescribedAPI, json_answer
from sync.hub.api.forms import (
    BEAT_BODY,
    ENROL_BODY,
    EPOCH_BODY,
    JOURNAL_BODY,
    PIN_BODY,
    TOKEN_BODY,
    EnrolmentOut,
    HealthOut,
    PinOut,
    Problem,
    ReceiptOut,
    ReplyOut,
    TokenOut,
)
from sync.hub.api.problems import explain_problems, later
from sync.hub.clock import now_ms
from sync.hub.feed.pages import next_page, note_feed_known
from sync.hub.feed.service import feed_version, make_feed
from sync.hub.fleet.beats import check_beat, check_epoch, check_roll
from sync.hub.fleet.enrolment import enrol, new_epoch
from sync.hub.fleet.forks import take
from sync.hub.fleet.health import take_beat, take_late_beat
from sync.hub.fleet.models import Station
from sync.hub.fleet.tokens import late_station_of, next_token, station_of
from sync.hub.journal.batch import read_batch
from sync.hub.ledger.models import LedgerDue
from sync.hub.patrons.pins import forget_tries, is_right, take_try
from sync.hub.patrons.rows import is_pin, is_text
from sync.hub.review.access import staff_only
from sync.hub.review.throttle import Throttle, address_of
from sync.journal import quick_forms_of
from sync.protocol import receipt_to_plain

_NO = {400: Problem, 413: Problem}
_STATION = {401: Problem, 403: Problem}
MAX_ENROL_BYTES = 4096
MAX_PIN_BYTES = 1024
MAX_REF = 64
MOST_DUE = 10_000
"""So many marks are counted for whoever asks: anybody may, and counting must cost the same for ever."""
_ENROL_TRIES = Throttle("enrol", free_tries=10)


class StationToken(HttpBearer):
    """Lets in the station whose token the request carries, as `request.auth`."""

    def authenticate(self, request: HttpRequest, token: str) -> Station | None:  # noqa: ARG002 - named by ninja
        """Return the station, or None if the token is nobody's."""
        return station_of(token)


class LateToken(StationToken):
    """Lets in, too, the other unit of a forked journal: it may bring what it still has to say."""

    def authenticate(self, request: HttpRequest, token: str) -> Station | None:
        """Return the station, or None if the token is nobody's."""
        station = super().authenticate(request, token)
        if station is None:
            station = late_station_of(token)
            request.late = station is not None  # type: ignore[attr-defined] # a mark of ours
        return station


api = DescribedAPI(
    title="Nabolån",
    version="1",
    description="What stations say to the hub. 401 and 403 mean not allowed, 429 and 5xx later, other 4xx no.",
    docs_url="/docs",
    openapi_url="/openapi.json",
    docs_decorator=staff_only,
    urls_namespace="api",
)
explain_problems(api)


@api.get("/health", response={200: HealthOut, 503: Problem}, summary="Can the hub do its work?")
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - named by ninja
    """Answer 200 once the database answers; `due` is how much is still to be counted, up to MOST_DUE."""
    return JsonResponse({"status": "ok", "hub_wall_ms": now_ms(), "due": LedgerDue.objects.all()[:MOST_DUE].count()})


@api.post(
    "/enrol",
    response={200: EnrolmentOut, 429: Problem, **_NO},
    openapi_extra=ENROL_BODY,
    summary="Exchange a one-time code for a token",
)
def post_enrol(request: HttpRequest) -> HttpResponse:
    """Enrol the station that the code was made for."""
    address, now = address_of(request), now_ms()
    wait = _ENROL_TRIES.seconds_to_wait(address, now)
    if wait:
        return later("too many codes were tried from here", wait, status=429)
    data = json_object(request, MAX_ENROL_BYTES)
    try:
        enrolment = enrol(_text(data, "code"), _text(data, "public_key"), now)
    except Refused:
        _ENROL_TRIES.count(address, now)
        raise
    return JsonResponse(asdict(enrolment))


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str):
        raise Refused(f"{name}: is not a text")
    return value


@api.post(
    "/journal",
    auth=LateToken(),
    response={200: ReceiptOut, **_NO, **_STATION},
    openapi_extra=JOURNAL_BODY,
    summary="Take in a batch of journal entries",
)
def post_journal(request: HttpRequest) -> HttpResponse:
    """Store the batch and answer with a receipt. Sending it again changes nothing and gives the same verdicts."""
    station = _station(request)
    batch = read_batch(json_object(request), station.station_id, quick_forms_of)
    if _is_late(request) and batch.epoch >= station.epoch:
        raise NotAllowed("this token only brings what an ended epoch has to say")
    receipt = receipt_to_plain(take(station, batch, now_ms()))
    return HttpResponse(orjson.dumps(receipt), content_type="application/json")


@api.post(
    "/heartbeat",
    auth=LateToken(),
    response={200: ReplyOut, **_NO, **_STATION},
    openapi_extra=BEAT_BODY,
    summary="What a station says of itself, and what the hub asks of it",
)
def post_heartbeat(request: HttpRequest) -> HttpResponse:
    """Keep how the station is, if it says so itself; answer with the hub's time, up to where it holds its journal,
    and orders.
    """
    station, now = _station(request), now_ms()
    data = json_object(request, MAX_BEAT_BYTES)
    beat = beat_from_plain(data)
    if _is_late(request):  # nothing is kept of it, whoever it is of: a program of before is told too
        return JsonResponse(reply_to_plain(take_late_beat(station, beat, now)))
    signed = check_beat(station, data, beat)
    return JsonResponse(reply_to_plain(take_beat(station, beat, now, signed=signed)))


@api.post(
    "/token",
    auth=StationToken(),
    response={200: TokenOut, **_NO, **_STATION},
    openapi_extra=TOKEN_BODY,
    summary="A new token; the old one counts until the new one is used",
)
def post_token(request: HttpRequest) -> HttpResponse:
    """Give the station a new token, if it asks itself. Asking again gives another one in its place, since the answer
    may be lost.
    """
    station = _station(request)
    check_roll(station, json_object(request, MAX_BEAT_BYTES))
    return JsonResponse({"token": next_token(station)})


@api.post(
    "/epoch",
    auth=StationToken(),
    response={200: EnrolmentOut, **_NO, **_STATION},
    openapi_extra=EPOCH_BODY,
    summary="Go on in a new epoch, as staff said of a forked journal",
)
def post_epoch(request: HttpRequest) -> HttpResponse:
    """Give the unit that staff chose a new epoch and token, if it asks itself; it is known by the last entry of its
    journal.
    """
    data, station = json_object(request, MAX_BEAT_BYTES), _station(request)
    head, key = head_from_plain(data.get("head")), _text(data, "public_key")
    check_epoch(station, data)
    return JsonResponse(asdict(new_epoch(station, whole_number(data, "epoch"), head, key, now_ms())))


@api.post(
    "/pin",
    auth=StationToken(),
    response={200: PinOut, 429: Problem, **_NO, **_STATION},
    openapi_extra=PIN_BODY,
    summary="Is this the PIN of this card?",
)
def post_pin(request: HttpRequest) -> HttpResponse:
    """Answer whether the PIN is right. After five wrong ones in a minute this station has to wait with this card."""
    station, now = _station(request), now_ms()
    patron_ref, pin = _asked_pin(json_object(request, MAX_PIN_BYTES))
    wait = take_try(station.station_id, patron_ref, now)
    if wait:
        return later("too many wrong PINs were tried on this card here", wait, status=429)
    right = is_right(patron_ref, pin)
    if right:
        forget_tries(station.station_id, patron_ref)
    return JsonResponse({"right": right})


def _asked_pin(data: dict[str, Any]) -> tuple[str, str]:
    """Return patron_ref and PIN; raises Refused, which repeats neither."""
    patron_ref, pin = data.get("patron_ref"), data.get("pin")
    if not isinstance(patron_ref, str) or not is_text(patron_ref, MAX_REF):
        raise Refused(f"patron_ref: is not a text of at most {MAX_REF} characters")
    if not isinstance(pin, str) or not is_pin(pin):
        raise Refused("pin: is not 4 to 12 digits")
    return patron_ref, pin


@api.get(
    "/feed",
    auth=StationToken(),
    response={200: dict[str, Any], 304: None, 422: Problem, **_STATION},
    openapi_extra={"responses": {200: json_answer("Feed", "The whole feed")}},
    summary="What the station needs to lend without network",
)
@decorate_view(gzip_page)
def get_feed(request: HttpRequest, known: int = 0) -> HttpResponse:
    """Answer with the whole feed, or 304 if the station knows this version. Stations of today ask for changes."""
    station, now = _station(request), now_ms()
    version = feed_version(station)
    note_feed_known(station, version, now)
    if known == version:
        return HttpResponseNotModified()
    return JsonResponse(make_feed(station, now))


@api.get(
    "/feed/changes",
    auth=StationToken(),
    response={200: dict[str, Any], 304: None, 422: Problem, **_STATION},
    openapi_extra={"responses": {200: json_answer("FeedPage", "A page of changes")}},
    summary="What has changed since the station asked last, page by page",
)
@decorate_view(gzip_page)
def get_changes(request: HttpRequest, cursor: str = "") -> HttpResponse:
    """Answer with the page that follows the cursor, or 304 if nothing is new; see `sync.feed_page`."""
    station, now = _station(request), now_ms()
    page = next_page(station, cursor, now)
    if page is None:
        return HttpResponseNotModified()
    return HttpResponse(page, content_type="application/json")


def _is_late(request: HttpRequest) -> bool:
    return getattr(request, "late", False) is True


def _station(request: HttpRequest) -> Station:
    station = getattr(request, "auth", None)
    assert isinstance(station, Station)  # noqa: S101 - StationToken let nobody else in
    return station
