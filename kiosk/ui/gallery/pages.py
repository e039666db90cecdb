"""The pages anybody can open."""

from __future__ import annotations

from dataclasses import replace

from kiosk.desk.views import View
from kiosk.desk.views_impact import CountingView, ImpactView
from kiosk.desk.views_pages import HeardView, HelpView, NearbyView, PlaceRow, WriteView
from kiosk.ui.gallery.common import KAYAK, LONG, OFFLINE, PHONE, PROJECTOR, SEWING, STATUS, text, time_left
from lending.impact import NOTHING, Figures, Instead, Span
from lending.visit import Page

PLACES = (
    PlaceRow(
        "Åssiden", "station", "Rosenkrantzgata 10", text("I byggvarehuset", "In the hardware shop"),
        text("Åpent til 20 i dag", "Open till 8 pm today"), text("12 minutter å gå", "12 minutes on foot"),
        metres=900,
    ),
    PlaceRow(
        "BUA Kolben", "bua", "Kolbotnveien 22", text("Lån sportsutstyr gratis", "Borrow sports gear for free"),
        text("Tirsdag og torsdag fra 15 til 19", "Tuesday and Thursday, 3 to 7 pm"), phone=PHONE, metres=2_430,
    ),
    PlaceRow(
        "Reparasjonskafeen på Fjell", "repair", "", text("Få hjelp til å reparere", "Get help with repairs"),
        text("Første lørdag i måneden, klokka 11 til 15", "First Saturday of the month, 11 to 3"), metres=12_700,
    ),
    PlaceRow("Ombruksbutikken", "reuse", "Havnegata 3", text("Kjøp brukt, gi bort", "Buy used, give away")),
    PlaceRow(
        "Åpent verksted i Svelvik gamle brannstasjon", "workshop", "Storgata 100, 3060 Svelvik",
        text("Bruk benker og maskiner, med hjelp av frivillige som kan faget",
             "Use benches and machines, with help of volunteers who know the trade"),
        text("Hver onsdag fra 17 til 21, utenom skoleferiene", "Wednesdays 5 to 9 pm, except in school holidays"),
        text("Buss 51 til Svelvik torg", "Bus 51 to Svelvik torg"), PHONE, 31_000,
    ),
    PlaceRow("Hovedbiblioteket", "library", "Grønland 58", phone=PHONE, metres=650),
    PlaceRow("Tilhengerutleien", "renter", "Engene 1"),
    PlaceRow("Byttehylla", "other"),
)  # fmt: skip


def pages() -> dict[str, View]:
    """Help, places, figures, and writing to the library."""
    t = time_left()
    told = {Instead.BOUGHT: 27, Instead.RENTED: 16, Instead.BORROWED: 22, Instead.NOT_DONE: 35}
    sums = Figures(412, 61, 100, told, Span(48_000, 320_000), Span(330_000, 2_900_000), Span(700_000, 2_100_000))
    much = Figures(120_412, 2061, 61_000, dict.fromkeys(Instead, 15_250), Span(14_800_000, 32_000_000),
                   Span(33_000_000, 290_000_000), Span(70_000_000, 210_000_000))  # fmt: skip
    few = replace(sums, loans=7, things=1, answers=1, by_answer=dict.fromkeys(Instead, 0) | {Instead.RENTED: 1})
    write = WriteView(STATUS, countdown=t, ideas=(KAYAK, PROJECTOR, SEWING, LONG))
    heard = HeardView(STATUS, countdown=t)
    return {
        "help": HelpView(STATUS, countdown=t, phone=PHONE),
        "help-no-phone": HelpView(OFFLINE, countdown=t),
        "nearby": NearbyView(STATUS, countdown=t, places=PLACES[:2]),
        "nearby-many": NearbyView(OFFLINE, countdown=t, places=PLACES),
        "nearby-none": NearbyView(STATUS, countdown=t),
        "impact": ImpactView(STATUS, countdown=t, figures=sums),
        "impact-much": ImpactView(OFFLINE, countdown=t, figures=much, neighbours=1612),
        "impact-few": ImpactView(STATUS, countdown=t, figures=replace(few, made=NOTHING)),
        "impact-none": ImpactView(STATUS, countdown=t, figures=replace(few, loans=0)),
        "counting": CountingView(STATUS, countdown=t),
        "suggest": write,
        "suggest-no-ideas": replace(write, ideas=(), status=OFFLINE),
        "offer": replace(write, page=Page.OFFER, ideas=()),
        "heard": heard,
        "heard-offer": replace(heard, page=Page.OFFER, left_out=True),
        "heard-nothing": replace(heard, saved=False, left_out=True),
    }
