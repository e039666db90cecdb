"""Files that were written for Koha."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "koha.title": ("Filer til Koha", "Files for Koha"),
    "koha.lead": (
        "Filer med utlån til Kohas frakoblede utlån, laget med nabolan hub koha export.",
        "Files of loans for Koha's offline circulation, made with nabolan hub koha export.",
    ),
    "koha.back": ("Tilbake til utlån", "Back to the loans"),
    "koha.link": ("Filer til Koha", "Files for Koha"),
    "koha.run": ("Nr.", "No."),
    "koha.when": ("Laget", "Made"),
    "koha.period": ("Periode", "Period"),
    "koha.written": ("Innhold", "Content"),
    "koha.file": ("Fil", "File"),
    "koha.counts": (
        "{loans} lånt ut, {returns} levert, {renewals} fornyet",
        "{loans} lent, {returns} returned, {renewals} renewed",
    ),
    "koha.left_out": ("{n} ble utelatt", "{n} were left out"),
    "koha.nothing_left_out": ("Ingenting ble utelatt", "Nothing was left out"),
    "koha.whole": ("Ferdig", "Finished"),
    "koha.interrupted": ("Avbrutt: hent fila her", "Interrupted: get the file here"),
    "koha.fetch": ("Hent fila", "Get the file"),
    "koha.fetch_one": ("Hent fila fra nr. {n}", "Get the file of no. {n}"),
    "koha.once": (
        "Last hver fil opp i Koha én gang, i rekkefølge. Fila har kortnumre: slett den når Koha har den.",
        "Upload each file to Koha once, in order. It holds card numbers: erase it once Koha has it.",
    ),
    "koha.gone": (
        "Fil nr. {n} kan ikke lages på nytt: lånere er glemt, eller et kort er byttet siden. Ingenting ble endret.",
        "File no. {n} cannot be made again: patrons are forgotten or a card was replaced since. Nothing was changed.",
    ),
    "koha.none": ("Ingen filer ennå", "No files yet"),
    "koha.none.lead": (
        "Den som driver huben lager filene; de vises her.",
        "Whoever runs the hub makes the files; they are shown here.",
    ),
}
