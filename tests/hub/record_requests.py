"""Record what a station of the imported version really sends, as bytes, so that every later hub is held to it.

    PYTHONPATH=FOLDER_OF_THAT_VERSION python tests/hub/record_requests.py FORM > tests/hub/recorded/form-FORM.json

FORM is that version's form of an entry. A record is never edited; a new form of an entry, a new call or a new version
of one adds one, the last named after what is new (`signed-beats.json`).
The keys in it are of nobody: they are made here and thrown away.
"""

from __future__ import annotations

import base64
import json
import secrets
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from lending.codec import body_from_plain
from lending.entries import Draft, Personal
from lending.errors import NabolanError
from lending.times import Reading
from sync.agent.link import HubLink
from sync.cards import CardKey, seal_card
from sync.journal import Place, seal, sign_batch
from sync.protocol import make_batch

STATION, CODE, NOW, BOOT = "ls-0001", "ABCD-EFGH-IJKL-MNOP", 1_795_345_200_000, "0" * 32
HEARD: list[dict[str, str]] = []


class _Ear(BaseHTTPRequestHandler):
    """Notes what it hears and answers later."""

    def _note(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        HEARD.append(
            {
                "method": self.command,
                "path": self.path,
                "content_type": self.headers.get("Content-Type") or "",
                "encoding": self.headers.get("Content-Encoding") or "",
                "body": base64.b64encode(body).decode(),
            }
        )
        self.send_response(503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = _note  # noqa: N815 - named by http.server

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _journal(form: int, key: Ed25519PrivateKey) -> list[dict[str, Any]]:
    """Return batches of all bodies of that form: a short one, and one that is long enough to be packed."""
    samples = Path(__file__).parents[1] / "lending" / "samples" / f"v{form}.json"
    place, wires = Place(STATION, 1), []
    card_key, hub = CardKey(1, secrets.token_bytes(32)), X25519PrivateKey.generate().public_key().public_bytes_raw()
    for number, sample in enumerate(json.loads(samples.read_text("utf-8"))):
        card = f"N9990000{number:02}"
        sealed = seal_card(card, hub) if sample["body"].get("provisional") else None
        personal = Personal(card_key.patron_ref(card), sealed) if sample["kind"] in {"loan", "renewal"} else None
        draft = Draft(secrets.token_hex(16), body_from_plain(sample["kind"], form, sample["body"]), personal)
        at = Reading(NOW + number * 60_000, BOOT, number * 60_000, synced=True)
        wires.append(seal(draft, place, at, lambda: secrets.token_hex(16)))
        place = Place(STATION, 1, wires[-1]["seq"], wires[-1]["hash"])
    batches = []
    for some in (wires[:1], wires[1:], []):
        batch = make_batch(STATION, 1, some, Reading(NOW, BOOT, 1, synced=True), f"nabolan/form-{form}")
        batches.append(batch | {"signature": sign_batch(batch, key)})
    return batches


def _beat(key: Ed25519PrivateKey) -> dict[str, Any]:
    from sync import heartbeat  # noqa: PLC0415 - older versions have none

    devices = (heartbeat.Device("reader", up=True), heartbeat.Device("scanner", up=False, reason="no answer"))
    clock, head = Reading(NOW, BOOT, 1, synced=True), heartbeat.Head(0, "0" * 64)
    beat = heartbeat.Beat("nabolan/form-3", 1, head, clock, devices=devices, waiting=3)
    signs = hasattr(heartbeat, "sign_beat")
    return heartbeat.sign_beat(beat, STATION, key) if signs else heartbeat.beat_to_plain(beat)


def _roll(key: Ed25519PrivateKey) -> dict[str, Any]:
    from sync import heartbeat  # noqa: PLC0415 - as above

    return heartbeat.sign_roll(STATION, 1, key) if hasattr(heartbeat, "sign_roll") else {}


def main(form: int) -> None:
    """Print the record."""
    ear, key = HTTPServer(("127.0.0.1", 0), _Ear), Ed25519PrivateKey.generate()
    threading.Thread(target=ear.serve_forever, daemon=True).start()
    link, public = HubLink(f"http://127.0.0.1:{ear.server_port}"), key.public_key().public_bytes_raw().hex()
    calls: list[tuple[str, Any]] = [("/api/enrol", {"code": CODE, "public_key": public})]
    calls += [("/api/journal", batch) for batch in _journal(form, key)]
    calls += [("/api/feed?known=0", None)]
    if form > 1:
        calls.append(("/api/pin", {"patron_ref": "1:" + "0" * 32, "pin": "1234"}))
    if form > 2:
        calls += [("/api/feed/changes?cursor=", None), ("/api/heartbeat", _beat(key)), ("/api/token", _roll(key))]
    for path, data in calls:
        with suppress(NabolanError):  # it was heard, which is all we want
            link.get(path) if data is None else link.post(path, data)
    sys.stdout.write(json.dumps({"form": form, "code": CODE, "requests": HEARD}, indent=1) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
