"""What is kept of PINs: a slow salted verifier for some days, and how often a wrong one was typed. Never a PIN."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlite_utils import Database

STATION = "code"
"""Stands in the place of a card for wrong pickup codes, which slow down the whole station."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Says later whether a PIN is the one that was right. Useless for finding it without trying them all slowly."""

    salt: bytes = field(repr=False)
    digest: bytes = field(repr=False)


def verifier(db: Database, patron_ref: str, now_ms: int) -> Verifier | None:
    """Return the verifier of a card, or None if there is none or its days are over."""
    sql = "SELECT salt, verifier FROM pin_verifier WHERE patron_ref = ? AND until_ms > ?"
    row = db.conn.execute(sql, (patron_ref, now_ms)).fetchone()
    return None if row is None else Verifier(*row)


def verifier_until(db: Database, patron_ref: str, now_ms: int) -> int | None:
    """Return until when (Unix ms) a right PIN is remembered, or None."""
    sql = "SELECT until_ms FROM pin_verifier WHERE patron_ref = ? AND until_ms > ?"
    row = db.conn.execute(sql, (patron_ref, now_ms)).fetchone()
    return None if row is None else int(row[0])


def keep(db: Database, patron_ref: str, made: Verifier, until_ms: int) -> None:
    """Keep a verifier in the place of any before."""
    row = (patron_ref, made.salt, made.digest, until_ms)
    db.conn.execute("INSERT OR REPLACE INTO pin_verifier VALUES (?, ?, ?, ?)", row)


def forget_verifier(db: Database, patron_ref: str) -> None:
    """Erase the verifier of a card: its PIN is another one now."""
    db.conn.execute("DELETE FROM pin_verifier WHERE patron_ref = ?", (patron_ref,))


def wrong_tries(db: Database, who: str) -> int:
    """Return how many wrong tries in a row are kept of `who`."""
    row = db.conn.execute("SELECT tries FROM wrong_try WHERE who = ?", (who,)).fetchone()
    return 0 if row is None else int(row[0])


def note_wrong(db: Database, who: str, now_ms: int) -> None:
    """Count one more wrong try."""
    sql = """INSERT INTO wrong_try VALUES (?, 1, ?)
        ON CONFLICT (who) DO UPDATE SET tries = tries + 1, at_ms = max(at_ms, excluded.at_ms)"""
    db.conn.execute(sql, (who, now_ms))


def forget_wrong(db: Database, who: str) -> None:
    """Forget the wrong tries of `who`: a right one came."""
    db.conn.execute("DELETE FROM wrong_try WHERE who = ?", (who,))


def erase_old(db: Database, now_ms: int, keep_wrong_ms: int) -> int:
    """Erase verifiers whose days are over and wrong tries that are old; return how many rows went."""
    gone = db.conn.execute("DELETE FROM pin_verifier WHERE until_ms <= ?", (now_ms,)).rowcount
    return gone + db.conn.execute("DELETE FROM wrong_try WHERE at_ms <= ?", (now_ms - keep_wrong_ms,)).rowcount
