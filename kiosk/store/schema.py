"""The tables of a station and every step that led to them. A migration is never edited, only followed by another."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("nabolan.station")


@migrations()
def m001_first_tables(db: Database) -> None:
    """Make the journal, the tables derived from it, and those of the feed."""
    _journal_tables(db)
    _derived_tables(db)
    _feed_tables(db)


def _journal_tables(db: Database) -> None:
    db.create_table(
        "journal",
        {"epoch": int, "seq": int, "entry_id": str, "kind": str, "item": str, "hash": str, "covered": str},
        pk=("epoch", "seq"),
        not_null={"entry_id", "kind", "hash", "covered"},
    )
    db.table("journal").create_index(["entry_id"], unique=True)
    db.create_table(
        "personal",
        {"epoch": int, "seq": int, "personal": str, "salt": str},
        pk=("epoch", "seq"),
        not_null={"personal", "salt"},
    )
    db.create_table(
        "verdict", {"entry_id": str, "seq": int, "verdict": str, "reason": str}, pk="entry_id", not_null={"verdict"}
    )
    db.create_table("meta", {"name": str, "value": str}, pk="name", not_null={"value"})
    db.create_table("open_visit", {"id": int, "trace": str, "wall_ms": int}, pk="id", not_null={"trace"})


def _derived_tables(db: Database) -> None:
    db.create_table(
        "loan",
        {
            "entry_id": str,
            "item": str,
            "patron_ref": str,
            "station": str,
            "seq": int,
            "lent_ms": int,
            "due": str,
            "provisional": int,
        },
        pk="entry_id",
    )
    db.table("loan").create_index(["item"])
    db.table("loan").create_index(["patron_ref"])
    db.create_table(
        "item_state",
        {"item": str, "place": str, "condition": str, "missing": str, "times_lent": int, "last_loan": str},
        pk="item",
    )


def _feed_tables(db: Database) -> None:
    db.create_table("item", {"code": str, "category": str, "home": str, "content": str}, pk="code")
    db.create_table("category", {"category_id": str, "place": int, "content": str}, pk="category_id")
    db.create_table("card", {"patron_ref": str, "blocked": int}, pk="patron_ref")
