"""What is set aside."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "holds.title": ("{n} ting er satt av", "{n} things are set aside"),
    "holds.title.one": ("1 ting er satt av", "1 thing is set aside"),
    "holds.none": ("Ingenting er satt av", "Nothing is set aside"),
    "holds.none.lead": (
        "Sett av en ting for et lånekort, så får du en hentekode.",
        "Set a thing aside for a library card to get a pickup code.",
    ),
    "holds.lead": ("Det som skal hentes først, står øverst.", "What is to be picked up first stands first."),
    "holds.new": ("Sett av en ting", "Set a thing aside"),
    "holds.card": ("Kortnummer", "Card number"),
    "holds.card_hint": ("Som det står på lånekortet", "As it stands on the library card"),
    "holds.item": ("Strekkode på tingen", "Barcode of the thing"),
    "holds.create": ("Sett av", "Set aside"),
    "holds.for": ("Kort", "Card"),
    "holds.until": ("Hentes innen", "Pick up by"),
    "holds.state": ("Tilstand", "State"),
    "holds.any_copy": ("Første ledige", "The next copy"),
    "holds.cancel": ("Opphev", "Cancel"),
    "holds.cancel_one": ("Opphev for {thing}, kort {card}", "Cancel for {thing}, card {card}"),
    "holds.cancelled": ("Det er ikke satt av lenger.", "It is no longer set aside."),
    "holds.too_late": (
        "Det var alt hentet eller opphevet. Ingenting ble endret.",
        "It had been picked up or cancelled already. Nothing was changed.",
    ),
    "holds.open": ("Venter", "Waiting"),
    "holds.over": ("Ikke hentet", "Not picked up"),
    "holds.collected": ("Hentet", "Picked up"),
    "holds.ended": ("Opphevet", "Cancelled"),
    "holds.lapsed": ("Utløpt", "Lapsed"),
    "holds.show_ended": ("Det som er over", "What is over"),
    "holds.show_open": ("Det som er satt av", "What is set aside"),
    "holds.none_ended": ("Ingenting er over ennå", "Nothing is over yet"),
    "holds.no_card": (
        "Det er ikke noe lånekort med dette nummeret. Ingenting ble endret.",
        "There is no library card with this number. Nothing was changed.",
    ),
    "holds.no_item": (
        "Det er ingen ting med denne strekkoden. Ingenting ble endret.",
        "There is no thing with this barcode. Nothing was changed.",
    ),
    "holds.taken": (
        "Denne er alt satt av for noen. Ingenting ble endret.",
        "This one is already set aside for somebody. Nothing was changed.",
    ),
    "holds.code": ("Hentekode for {thing}", "Pickup code for {thing}"),
    "holds.code_lead": (
        "Si koden til den som skal hente på {station} innen {day}. Den vises bare nå.",
        "Tell the code to whoever picks it up at {station} by {day}. It is shown only now.",
    ),
    "holds.code_done": ("Til det som er satt av", "To what is set aside"),
    "hold_event.placed": ("satt av", "set aside"),
    "hold_event.reopened": ("satt av igjen", "set aside again"),
    "hold_event.cancelled": ("opphevet", "cancelled"),
    "hold_event.collected": ("hentet", "picked up"),
    "hold_event.lapsed": ("utløpt", "lapsed"),
}
