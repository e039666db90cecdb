"""The tables of a station and every step that led to them. A migration is never edited, only followed by another."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("nabolan.station")

TABLES = (
    *(
        "journal",
        "personal",
        "verdict",
        "meta",
        "open_visit",
        "loan",
        "item_state",
        "hold_here",
        "hold_ended",
        "about",
    ),
    *("acknowledgement", "lost", "item", "category", "card", "hold", "pin_verifier", "wrong_try"),
    *("ended_loan", "message", "thing_page", "copy", "place", "figures"),
    *("told_loan", "told_end", "told_renewal"),
)
"""All tables there are after the newest migration."""


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


@migrations()
def m002_holds_pins_retention_and_two_slots(db: Database) -> None:
    """Make room for renewals, shelves, holds, PIN verifiers and forgetting, and keep the feed in two slots.

    What is derived from the journal is marked as stale instead of being moved: the store makes it again from the
    journal once all migrations are through, with the one fold there is.
    """
    for sql in (*_M002_DERIVED, *_M002_FEED, *_M002_PINS):
        db.conn.execute(sql)


_M002_DERIVED = (
    "DROP TABLE loan",
    "DROP TABLE item_state",
    """CREATE TABLE loan (
        entry_id TEXT PRIMARY KEY, item TEXT, patron_ref TEXT, station TEXT, seq INTEGER, lent_ms INTEGER, due TEXT,
        provisional INTEGER, renewals INTEGER NOT NULL)""",
    "CREATE INDEX loan_item ON loan (item)",
    "CREATE INDEX loan_patron_ref ON loan (patron_ref)",
    """CREATE TABLE item_state (
        item TEXT PRIMARY KEY, place TEXT, shelf TEXT NOT NULL, condition TEXT NOT NULL, missing TEXT NOT NULL,
        times_lent INTEGER NOT NULL, last_loan TEXT, back_epoch INTEGER, back_seq INTEGER, back_ms INTEGER)""",
    "CREATE INDEX item_state_shelf ON item_state (shelf)",
    "CREATE TABLE hold_here (hold_id TEXT PRIMARY KEY, thing TEXT, patron_ref TEXT, until TEXT, item TEXT)",
    "CREATE TABLE hold_ended (hold_id TEXT PRIMARY KEY)",
    """CREATE TABLE about (
        epoch INTEGER, seq INTEGER, subject TEXT NOT NULL, kind TEXT NOT NULL, patron_ref TEXT NOT NULL,
        closed_epoch INTEGER, closed_seq INTEGER, PRIMARY KEY (epoch, seq))""",
    "CREATE INDEX about_subject ON about (subject)",
    "CREATE INDEX about_patron_ref ON about (patron_ref)",
    "CREATE INDEX about_closed ON about (closed_epoch, closed_seq) WHERE closed_seq IS NOT NULL",
    "CREATE TABLE acknowledgement (epoch INTEGER, seq INTEGER, at_ms INTEGER NOT NULL, PRIMARY KEY (epoch, seq))",
    "CREATE TABLE lost (epoch INTEGER, first INTEGER, last INTEGER, hash TEXT, PRIMARY KEY (epoch, first))",
    "INSERT OR REPLACE INTO meta VALUES ('stale', '1')",
)

_M002_FEED = (
    "ALTER TABLE item RENAME TO item_before",
    """CREATE TABLE item (
        slot INTEGER, code TEXT, thing TEXT, category TEXT, home TEXT, content TEXT, PRIMARY KEY (slot, code))""",
    "CREATE INDEX item_thing ON item (slot, thing)",
    "CREATE INDEX item_home ON item (slot, home)",
    """INSERT INTO item SELECT 0, code, json_extract(content, '$.thing'), category, home, content
        FROM item_before WHERE json_valid(content)""",
    "DROP TABLE item_before",
    "ALTER TABLE category RENAME TO category_before",
    """CREATE TABLE category (
        slot INTEGER, category_id TEXT, place INTEGER, content TEXT, PRIMARY KEY (slot, category_id))""",
    "INSERT INTO category SELECT 0, category_id, place, content FROM category_before",
    "DROP TABLE category_before",
    "ALTER TABLE card RENAME TO card_before",
    """CREATE TABLE card (
        slot INTEGER, patron_ref TEXT, blocked INTEGER, expires TEXT, category TEXT, age_from INTEGER, trainings TEXT,
        staff INTEGER, PRIMARY KEY (slot, patron_ref)) WITHOUT ROWID""",
    """INSERT INTO card (slot, patron_ref, blocked) SELECT 0, patron_ref, blocked FROM card_before
        WHERE patron_ref IS NOT NULL ORDER BY patron_ref""",
    "DROP TABLE card_before",
    """CREATE TABLE hold (
        slot INTEGER, hold_id TEXT, thing TEXT, patron_ref TEXT, until TEXT, item TEXT, code_hash TEXT,
        PRIMARY KEY (slot, hold_id))""",
    "CREATE INDEX hold_thing ON hold (slot, thing)",
    "CREATE INDEX hold_patron_ref ON hold (slot, patron_ref)",
)

_M002_PINS = (
    """CREATE TABLE pin_verifier (
        patron_ref TEXT PRIMARY KEY, salt BLOB NOT NULL, verifier BLOB NOT NULL, until_ms INTEGER NOT NULL)""",
    "CREATE TABLE wrong_try (who TEXT PRIMARY KEY, tries INTEGER NOT NULL, at_ms INTEGER NOT NULL)",
)


@migrations()
def m003_changes_page_by_page(db: Database) -> None:
    """Make room for what the feed tells since it comes page by page: loans that ended elsewhere, and messages."""
    for sql in _M003:
        db.conn.execute(sql)


_M003 = (
    """CREATE TABLE ended_loan (
        slot INTEGER, loan TEXT, item TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (slot, loan))""",
    "CREATE TABLE message (slot INTEGER, message_id TEXT, content TEXT NOT NULL, PRIMARY KEY (slot, message_id))",
)


@migrations()
def m004_looking_around(db: Database) -> None:
    """Make room for what the feed tells for looking around: pages of things, how copies fared, places, figures.

    A cursor from before has passed all that: the next poll begins a whole new copy, while the one there is lends on.
    """
    for sql in _M004:
        db.conn.execute(sql)


_M004 = (
    "CREATE TABLE thing_page (slot INTEGER, thing TEXT, content TEXT NOT NULL, PRIMARY KEY (slot, thing))",
    """CREATE TABLE copy (
        slot INTEGER, code TEXT, times_lent INTEGER NOT NULL, checked_on TEXT, PRIMARY KEY (slot, code))""",
    "CREATE TABLE place (slot INTEGER, place_id TEXT, content TEXT NOT NULL, PRIMARY KEY (slot, place_id))",
    "CREATE TABLE figures (slot INTEGER, station TEXT, content TEXT NOT NULL, PRIMARY KEY (slot, station))",
    "DELETE FROM meta WHERE name IN ('feed_cursor', 'load_cursor')",
)


@migrations()
def m005_fewer_pages_to_a_commit(db: Database) -> None:
    """Keep what a commit changes on few pages: all of them are flushed before anybody hears "yes".

    An entry lies at one number made of epoch and sequence number, at the end of one tree. There is no index over ids,
    which are random and asked for by nobody, nor over whom entries are about, which one rare screen asks: each would
    change a page anywhere for every entry. What is derived is marked as stale.
    """
    for sql in (*_M005_JOURNAL, *_M005_DERIVED):
        db.conn.execute(sql)


_M005_JOURNAL = (
    "ALTER TABLE journal RENAME TO journal_before",
    """CREATE TABLE journal (
        epoch INTEGER NOT NULL, seq INTEGER NOT NULL, entry_id TEXT NOT NULL, kind TEXT NOT NULL, item TEXT,
        hash TEXT NOT NULL, covered TEXT NOT NULL, place INTEGER PRIMARY KEY)""",
    """INSERT INTO journal SELECT epoch, seq, entry_id, kind, item, hash, covered, (epoch << 40) | seq
        FROM journal_before ORDER BY epoch, seq""",
    "DROP TABLE journal_before",
    "ALTER TABLE personal RENAME TO personal_before",
    """CREATE TABLE personal (
        epoch INTEGER NOT NULL, seq INTEGER NOT NULL, personal TEXT NOT NULL, salt TEXT NOT NULL,
        place INTEGER PRIMARY KEY)""",
    """INSERT INTO personal SELECT epoch, seq, personal, salt, (epoch << 40) | seq
        FROM personal_before ORDER BY epoch, seq""",
    "DROP TABLE personal_before",
)

_M005_DERIVED = (
    "DROP TABLE loan",
    """CREATE TABLE loan (
        item TEXT, place INTEGER, entry_id TEXT NOT NULL, patron_ref TEXT, station TEXT, seq INTEGER, lent_ms INTEGER,
        due TEXT, provisional INTEGER, renewals INTEGER NOT NULL, PRIMARY KEY (item, place)) WITHOUT ROWID""",
    "CREATE INDEX loan_patron_ref ON loan (patron_ref)",
    "DROP TABLE item_state",
    """CREATE TABLE item_state (
        item TEXT PRIMARY KEY, place TEXT, shelf TEXT NOT NULL, condition TEXT NOT NULL, missing TEXT NOT NULL,
        times_lent INTEGER NOT NULL, last_loan TEXT, back_epoch INTEGER, back_seq INTEGER, back_ms INTEGER)
        WITHOUT ROWID""",
    "CREATE INDEX item_state_waits ON item_state (place) WHERE shelf IN ('left', 'stopped')",
    "DROP TABLE about",
    """CREATE TABLE about (
        subject TEXT, epoch INTEGER, seq INTEGER, kind TEXT NOT NULL, patron_ref TEXT NOT NULL, closed_epoch INTEGER,
        closed_seq INTEGER, PRIMARY KEY (subject, epoch, seq)) WITHOUT ROWID""",
    "CREATE INDEX about_closed ON about (closed_epoch, closed_seq) WHERE closed_seq IS NOT NULL",
    "INSERT OR REPLACE INTO meta VALUES ('stale', '1')",
)


@migrations()
def m006_loans_of_the_unit_before(db: Database) -> None:
    """Make room for loans that another unit of this station made, and for what this one's journal says of them.

    The cursor may have passed such loans, and what is derived from the journal is made again (see m002).
    """
    for sql in _M006:
        db.conn.execute(sql)


_M006 = (
    """CREATE TABLE told_loan (
        slot INTEGER, loan TEXT, item TEXT NOT NULL, patron_ref TEXT, lent_ms INTEGER NOT NULL, due TEXT NOT NULL,
        provisional INTEGER NOT NULL, renewals INTEGER NOT NULL, PRIMARY KEY (slot, loan))""",
    "CREATE INDEX told_loan_item ON told_loan (slot, item)",
    "CREATE INDEX told_loan_patron_ref ON told_loan (slot, patron_ref)",
    "CREATE TABLE told_end (loan TEXT PRIMARY KEY)",
    """CREATE TABLE told_renewal (
        epoch INTEGER, seq INTEGER, loan TEXT NOT NULL, due TEXT NOT NULL, PRIMARY KEY (epoch, seq))""",
    "CREATE INDEX told_renewal_loan ON told_renewal (loan)",
    "DELETE FROM meta WHERE name IN ('feed_cursor', 'load_cursor')",
    "INSERT OR REPLACE INTO meta VALUES ('stale', '1')",
)


@migrations()
def m007_holds_that_stand_again(db: Database) -> None:
    """Note which loan collected a hold: undone in the same visit, it leaves the hold as it was (see m002)."""
    db.conn.execute("ALTER TABLE hold_ended ADD COLUMN loan TEXT")
    db.conn.execute("INSERT OR REPLACE INTO meta VALUES ('stale', '1')")
