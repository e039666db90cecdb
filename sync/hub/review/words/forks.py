"""A journal that two units write."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "fork.title": ("To enheter skriver på journalen til {name}", "Two units write the journal of {name}"),
    "fork.which": ("Hvilken enhet lever videre?", "Which unit lives on?"),
    "fork.open": ("Velg hvilken enhet som lever videre", "Choose which unit lives on"),
    "fork.lead": (
        "Den du velger, går videre med ny nøkkel av seg selv. Den andre må registreres på nytt. Ingenting går tapt.",
        "The one you choose goes on with a new key by itself. The other must be enrolled anew. Nothing is lost.",
    ),
    "fork.line": ("Enhet {letter}", "Unit {letter}"),
    "fork.counts": ("Teller nå", "Counts now"),
    "fork.waits": ("Venter på svar", "Waits for an answer"),
    "fork.first": ("Første linje etter delingen", "First entry after the fork"),
    "fork.last": ("Siste linje", "Last entry"),
    "fork.count": ("Linjer", "Entries"),
    "fork.loans": ("Lån / leveringer", "Loans / returns"),
    "fork.boots": ("Oppstarter", "Starts"),
    "fork.count_others": ("Det den andre har gjort, skal også telle", "What the other one has done counts, too"),
    "fork.count_hint": (
        "Det har skjedd. Ta bort haken bare om det aldri var en virkelig enhet, som en prøve på et skrivebord.",
        "It has happened. Untick it only if it never was a real unit, such as a trial on a desk.",
    ),
    "fork.choose": ("Denne lever videre", "This one lives on"),
    "fork.undo_hint": (
        "Du kan angre til enheten har tatt kontakt.",
        "You can take it back until the unit has been in touch.",
    ),
    "fork.made": ("Valgt. Enheten får vite det ved neste kontakt.", "Chosen. The unit is told at its next contact."),
    "fork.went_on": ("Enheten går videre som registrering {epoch}.", "The unit goes on as enrolment {epoch}."),
    "fork.next": (
        "La noen slette den andre enheten og registrere den under et annet kjennetegn, når alt er sendt.",
        "Let somebody wipe the other unit and enrol it under another id, once everything is sent.",
    ),
    "fork.none": ("Journalen deler seg ikke.", "The journal does not fork."),
    "fork.changed": ("Det har kommet noe nytt. Se en gang til.", "Something new has come. Look once more."),
    "fork.too_late": (
        "Enheten har alt gått videre. Ingenting ble endret.",
        "The unit has gone on already. Nothing was changed.",
    ),
}
