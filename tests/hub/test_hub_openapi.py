"""The hub's description of its API is complete and true: made-up requests, good and bad, against a real application.

`NABOLAN_FUZZ=2000` makes so many requests for each call, kind of request and caller, and prints figures.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from hub.bench import Bench
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode, Response, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sync.heartbeat import EPOCH, ROLL, SIGNED_VERSION
from sync.hub.api.calls import api
from sync.hub.journal.models import RawEntry, SetAside
from sync.hub.wsgi import application
from sync.journal import canonical, sign_batch

tell = print
LONG = os.environ.get("NABOLAN_FUZZ", "")
EXAMPLES = int(LONG or 6)
pytestmark = pytest.mark.timeout(3600 if LONG else 120)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SIGNED = "/api/journal signed"
SIGNED_AS_BEATS = {"POST /api/heartbeat": "", "POST /api/token": ROLL, "POST /api/epoch": EPOCH}
"""Which calls are signed over all they say, and what they ask for."""


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    """The hub, with callers from a new address each time: nobody has to wait for what another one guessed."""
    environ.pop("HTTP_ACCEPT_ENCODING", None)  # the caller within this process does not unpack
    environ["REMOTE_ADDR"] = f"10.0.0.{next(_ADDRESSES)}"
    return application(environ, start_response)


_ADDRESSES = itertools.count()


@dataclass
class Traffic:
    """Sends requests and counts what came back."""

    bench: Bench
    answers: Counter[str] = field(default_factory=Counter)

    def send(self, case: Case, *, token: bool, signed: bool) -> None:
        """Send one request and hold the answer against the description."""
        if signed and isinstance(case.body, dict):
            asks = SIGNED_AS_BEATS.get(case.operation.label)
            case.body = self.signed(case.body) if asks is None else self.signed_beat(case.body, asks)
        case.headers.pop("Authorization", None)
        answer = case.call(headers=self.bench[0].headers if token else None)
        case.validate_response(answer, checks=CHECKS)
        self.note(case, answer)

    def note(self, case: Case, answer: Response) -> None:
        """Count an answer; a no has its two sentences, and nothing of our insides."""
        self.answers[f"{case.operation.label} {answer.status_code}"] += 1
        if answer.status_code >= 400 and "json" in str(answer.headers.get("content-type", "")):
            assert set(answer.json()) == {"problem", "what_now"}
            assert "Traceback" not in answer.text

    def signed(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a made-up batch as our station's, signed: what is in it then really reaches the journal."""
        station = self.bench[0]
        mine = {"protocol": 1, "station": station.station, "epoch": 1, "client": "fuzz/1"}
        entries = body.get("entries")
        if isinstance(entries, list):
            own = [e | {"station": station.station, "epoch": 1} if isinstance(e, dict) else e for e in entries]
            body = body | {"entries": own}
        try:
            return body | mine | {"signature": sign_batch(body | mine, station.key)}
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            return body | mine

    def signed_beat(self, body: dict[str, Any], asks: str) -> dict[str, Any]:
        """Return a made-up heartbeat, or what asks for a token or an epoch, as our station's, signed."""
        mine = body | {"version": SIGNED_VERSION, "station": self.bench[0].station, "epoch": 1, "asks": asks}
        mine.pop("signature", None)
        try:
            return mine | {"signature": self.bench[0].key.sign(canonical(mine)).hex()}
        except (TypeError, ValueError, RecursionError):
            return mine


def operations() -> Iterator[Any]:
    """Return every call of the API."""
    schema = openapi.from_dict(api.get_openapi_schema())
    schema.app = wsgi
    for found in schema.get_all_operations():
        yield found.ok()


def plain_settings(examples: int) -> settings:
    """Return settings under which nothing is kept between runs and what is slow is only slow."""
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )


def check_traffic(traffic: Traffic, examples: int) -> None:
    """Made-up requests to every call, with token and without: no 5xx, and no answer that is not described."""
    for operation in operations():
        batch = operation.label == "POST /api/journal"  # takes twenty times as long to make up
        some = max(1, examples // 4) if batch else examples
        signs = batch or operation.label in SIGNED_AS_BEATS
        for mode in GenerationMode if operation.body or operation.query else [GenerationMode.POSITIVE]:
            for signed in {False, signs} if LONG else {signs}:
                _fuzz(traffic, operation, mode, some, token=True, signed=signed)
        _fuzz(traffic, operation, GenerationMode.POSITIVE, max(2, some // 4), token=False, signed=False)


def _fuzz(
    traffic: Traffic, operation: Any, mode: GenerationMode, examples: int, *, token: bool, signed: bool
) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @plain_settings(examples)
    def run(case: Case) -> None:
        traffic.send(case, token=token, signed=signed)

    run()


def test_every_answer_is_as_described(sqlite_bench: Bench):
    """Thousands of made-up requests: no 5xx, no answer outside the description, each no in two plain sentences."""
    traffic = Traffic(sqlite_bench)
    check_traffic(traffic, EXAMPLES)
    called = {label.rsplit(" ", 1)[0] for label in traffic.answers}
    assert called == {operation.label for operation in operations()}
    good = {label.rsplit(" ", 1)[0] for label in traffic.answers if label[-3:] in {"200", "304"}}
    assert called - good <= {"POST /api/enrol", "POST /api/epoch"}, "codes and forks cannot be made up"
    if LONG:
        tell(f"\n{sum(traffic.answers.values())} requests: {dict(sorted(traffic.answers.items()))}")
        tell(f"{RawEntry.objects.count()} entries kept, {SetAside.objects.count()} set aside")
    connection.close()
