"""Loans that are out."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "loans.title": ("{n} lån er ute", "{n} loans are out"),
    "loans.title.one": ("1 lån er ute", "1 loan is out"),
    "loans.none": ("Ingen lån er ute", "No loans are out"),
    "loans.none.lead": ("Alt står på hyllene.", "Everything is on the shelves."),
    "loans.lead": ("Det som skal leveres først, står øverst.", "What is due first stands first."),
    "loans.lent": ("Lånt", "Lent"),
    "loans.due": ("Frist", "Due"),
    "loans.card": ("Kort", "Card"),
    "loans.state": ("Tilstand", "State"),
    "loans.provisional": ("Kort ikke sjekket", "Card not checked"),
    "loans.overdue": ("Over fristen", "Past due"),
    "loans.out": ("Ute", "Out"),
    "loans.renewed": ("fornyet {n} ganger", "renewed {n} times"),
    "loans.renewed.one": ("fornyet 1 gang", "renewed once"),
}
