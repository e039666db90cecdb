"""A hub on loopback that answers as the test says: well, badly, half, or not at all."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Call = tuple[str, str, Any]
"""Method, path and, for a post, what was sent."""

Answer = Callable[["_Handler", "ScriptedHub", Any], None]


class ScriptedHub:
    """Holds the entries it took. `answers` are played one after the other; then `answer` plays for ever."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.answer: Answer = receipt
        self.calls: list[Call] = []
        self.held: dict[int, dict[str, Any]] = {}
        self.repeated = 0
        self.feed: dict[str, Any] | None = None
        self.pages: list[dict[str, Any]] | None = None
        self.url = ""

    def take(self, batch: dict[str, Any]) -> None:
        """Keep the entries of a batch; one that is held already must be the same."""
        for wire in batch["entries"]:
            held = self.held.setdefault(wire["seq"], wire)
            self.repeated += held is not wire
            assert held["hash"] == wire["hash"], "another entry in the same place"

    @property
    def prefix(self) -> int:
        """The last entry up to which none is missing."""
        seq = 0
        while seq + 1 in self.held:
            seq += 1
        return seq

    def next_answer(self) -> Answer:
        """Return what to play for this call."""
        return self.answers.pop(0) if self.answers else self.answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: ScriptedHub

    def do_GET(self) -> None:
        self.hub.calls.append(("GET", self.path, None))
        self.hub.next_answer()(self, self.hub, None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        data = json.loads(body)
        self.hub.calls.append(("POST", self.path, data))
        self.hub.next_answer()(self, self.hub, data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Say nothing."""

    def send(self, status: int, body: bytes, *, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def scripted_hub() -> Iterator[ScriptedHub]:
    """Run a hub until the block ends."""
    hub = ScriptedHub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # a station that hangs up is no news
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# --- answers


def _receipt(acknowledged: int, batch: dict[str, Any]) -> dict[str, Any]:
    verdicts = [{"id": w["id"], "seq": w["seq"], "verdict": "stored", "reason": ""} for w in batch["entries"]]
    return {"acknowledged": acknowledged, "verdicts": verdicts, "hub_wall_ms": 1_795_345_200_000}


def receipt(handler: _Handler, hub: ScriptedHub, batch: Any) -> None:
    """Take the batch and acknowledge the gap-free prefix; hand out the feed, or its next page. A hub without pages
    does not know the call.
    """
    if batch is None:
        if handler.path.startswith("/api/feed/changes"):
            if hub.pages is None:
                handler.send(404, b"")
            elif hub.pages:
                handler.send(200, json.dumps(hub.pages.pop(0)).encode())
            else:
                handler.send(304, b"")
        elif hub.feed is None:
            handler.send(304, b"")
        else:
            handler.send(200, json.dumps(hub.feed).encode())
        return
    hub.take(batch)
    handler.send(200, json.dumps(_receipt(hub.prefix, batch)).encode())


def taken_but_unanswered(handler: _Handler, hub: ScriptedHub, batch: Any) -> None:
    """Take the batch and hang up before a word of the answer."""
    hub.take(batch)
    handler.close_connection = True


def trickles(status: int, seconds: float) -> Answer:
    """Say something byte by byte, with so many seconds between them, for longer than anybody waits."""

    def answer(handler: _Handler, _hub: ScriptedHub, _batch: Any) -> None:
        handler.send(status, b"{", length=2000)
        handler.close_connection = True
        for _ in range(1000):
            time.sleep(seconds)
            handler.wfile.write(b" ")
            handler.wfile.flush()

    return answer


def slow_words(seconds: float) -> Answer:
    """Take the batch and say so in pieces of a hundred bytes, with so many seconds between them."""

    def answer(handler: _Handler, hub: ScriptedHub, batch: Any) -> None:
        hub.take(batch)
        said = json.dumps(_receipt(hub.prefix, batch)).encode()
        handler.send(200, said[:100], length=len(said))
        for start in range(100, len(said), 100):
            time.sleep(seconds)
            handler.wfile.write(said[start : start + 100])
            handler.wfile.flush()

    return answer


def first_half_taken(handler: _Handler, hub: ScriptedHub, batch: Any) -> None:
    """Take the first half of the batch and say so."""
    hub.take(batch | {"entries": batch["entries"][: len(batch["entries"]) // 2]})
    handler.send(200, json.dumps(_receipt(hub.prefix, batch)).encode())


def half_an_answer(handler: _Handler, hub: ScriptedHub, batch: Any) -> None:
    """Take the batch, promise a long receipt, say half of it and hang up."""
    hub.take(batch)
    body = json.dumps(_receipt(hub.prefix, batch)).encode()
    handler.send(200, body[: len(body) // 2], length=len(body))
    handler.close_connection = True


def foreign_receipt(handler: _Handler, _hub: ScriptedHub, batch: Any) -> None:
    """Acknowledge everything, with verdicts about somebody else's entries."""
    others = [wire | {"id": "f" * 32} for wire in batch["entries"]]
    handler.send(200, json.dumps(_receipt(batch["entries"][-1]["seq"], {"entries": others})).encode())


def too_much_acknowledged(handler: _Handler, _hub: ScriptedHub, batch: Any) -> None:
    """Acknowledge more than was ever sent."""
    handler.send(200, json.dumps(_receipt(batch["entries"][-1]["seq"] + 1, batch)).encode())


def nothing_acknowledged(handler: _Handler, _hub: ScriptedHub, batch: Any) -> None:
    """Say politely that nothing is held."""
    handler.send(200, json.dumps(_receipt(0, batch)).encode())


def huge_answer(handler: _Handler, _hub: ScriptedHub, _batch: Any) -> None:
    """Go on talking beyond any sensible length."""
    handler.send(200, b"", length=2**40)
    block = b" " * 1_048_576
    for _ in range(70):
        handler.wfile.write(block)
    handler.close_connection = True


def slow(seconds: float) -> Answer:
    """Wait so long before a good answer."""

    def wait(handler: _Handler, hub: ScriptedHub, batch: Any) -> None:
        time.sleep(seconds)
        receipt(handler, hub, batch)

    return wait


def says(status: int, body: bytes = b"", **headers: str) -> Answer:
    """Answer with this status and body, and take nothing."""

    def say(handler: _Handler, _hub: ScriptedHub, _batch: Any) -> None:
        handler.send(status, body, **headers)

    return say


def does_not_allow(status: int) -> Answer:
    """Say in the hub's own form that the station is not allowed."""
    return says(status, b'{"problem": "the token is missing or no longer counts", "what_now": "enrol anew"}')


def raw(data: bytes) -> Answer:
    """Answer with bytes that are no HTTP, and hang up."""

    def speak(handler: _Handler, _hub: ScriptedHub, _batch: Any) -> None:
        handler.wfile.write(data)
        handler.close_connection = True

    return speak
