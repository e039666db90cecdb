"""What staff pages say of each kind of case: its chip, its title, the suggestion and the minutes it takes."""

from __future__ import annotations

from dataclasses import dataclass

from lending.cases import CaseKind
from lending.nouns import Text
from lending.rules import Reason
from sync.hub.ledger.cases import JournalCaseKind


def _text(nb: str, en: str) -> Text:
    return Text.of({"nb": nb, "en": en})


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of case looks and reads. Texts may name {thing}, {first}, {second}, {station} and {reason}."""

    icon: str
    tone: str
    chip: Text
    title: Text
    short: Text
    suggestion: Text
    effect: Text
    minutes: int


_KINDS: dict[str, Kind] = {
    CaseKind.LENT_TWICE: Kind(
        icon="copy",
        tone="stop",
        chip=_text("Lånt to ganger", "Lent twice"),
        title=_text("{thing} er lånt ut to ganger", "{thing} is lent twice"),
        short=_text("{first} var først. Det lånet er over", "{first} was first. That loan is over"),
        suggestion=_text("{first} var først, {second} etterpå.", "{first} was first, {second} after."),
        effect=_text(
            "Vi skriver det første lånet levert. Det nyeste lånet står. Ingen får purring.",
            "We count the first loan as returned. The newest loan stands. Nobody gets a reminder.",
        ),
        minutes=4,
    ),
    CaseKind.DAMAGE: Kind(
        icon="wrench",
        tone="attention",
        chip=_text("Virket ikke", "Did not work"),
        title=_text("{thing} virket ikke", "{thing} did not work"),
        short=_text("Send til reparasjon", "Send to repair"),
        suggestion=_text("Hent den og send den til reparasjon.", "Fetch it and send it to repair."),
        effect=_text(
            "Saken lukkes når du har tatt den ut av hylla. Den som leverte, hører ikke noe om det.",
            "The case closes once you have taken it off the shelf. Whoever returned it hears nothing of it.",
        ),
        minutes=3,
    ),
    CaseKind.BLOCKED_CARD: Kind(
        icon="ban",
        tone="attention",
        chip=_text("Sperret kort", "Blocked card"),
        title=_text("{thing} er lånt på et sperret kort", "{thing} is lent on a blocked card"),
        short=_text("La lånet stå, ta det ved levering", "Let the loan stand, take it up at return"),
        suggestion=_text("La lånet stå.", "Let the loan stand."),
        effect=_text(
            "Kortet ble sperret før stasjonen fikk vite det. Lånet er gjort og har sin vanlige frist.",
            "The card was blocked before the station knew. The loan is made and has its usual due date.",
        ),
        minutes=2,
    ),
    CaseKind.EXPIRED_CARD: Kind(
        icon="calendar",
        tone="attention",
        chip=_text("Utløpt kort", "Expired card"),
        title=_text("{thing} er lånt på et utløpt kort", "{thing} is lent on an expired card"),
        short=_text("La lånet stå, forny kortet ved levering", "Let the loan stand, renew the card at return"),
        suggestion=_text("La lånet stå.", "Let the loan stand."),
        effect=_text(
            "Kortet var utløpt da lånet ble gjort, men stasjonen visste det ikke. Lånet har sin vanlige frist.",
            "The card had run out when it was lent, but the station did not know. The loan has its usual due date.",
        ),
        minutes=2,
    ),
    CaseKind.UNKNOWN_CARD: Kind(
        icon="id-card",
        tone="info",
        chip=_text("Ukjent kort", "Unknown card"),
        title=_text("{thing} er lånt på et ukjent kort", "{thing} is lent on an unknown card"),
        short=_text("Finn kortet i registeret, la lånet stå", "Find the card in the register, let the loan stand"),
        suggestion=_text("Finn kortet, og la lånet stå.", "Find the card, and let the loan stand."),
        effect=_text(
            "Når kortet er lagt inn i registeret, lukker saken seg selv. Lånet har sin vanlige frist.",
            "Once the card is in the register, the case closes by itself. The loan has its usual due date.",
        ),
        minutes=2,
    ),
    CaseKind.UNKNOWN_ITEM: Kind(
        icon="package-x",
        tone="info",
        chip=_text("Ukjent ting", "Unknown thing"),
        title=_text("En ting biblioteket ikke kjenner", "A thing the library does not know"),
        short=_text("Se på tingen, legg den i katalogen", "Look at the thing, put it into the catalogue"),
        suggestion=_text("Se på tingen og legg den i katalogen.", "Look at the thing and put it into the catalogue."),
        effect=_text(
            "Når strekkoden er i katalogen, lukker saken seg selv. Er den ikke vår, legg den til side.",
            "Once the barcode is in the catalogue, the case closes by itself. If it is not ours, put it aside.",
        ),
        minutes=3,
    ),
    CaseKind.PARTS_MISSING: Kind(
        icon="circle-minus",
        tone="attention",
        chip=_text("Del mangler", "Part missing"),
        title=_text("{thing} mangler en del", "A part of {thing} is missing"),
        short=_text("Legg i kofferten ved neste runde", "Put it into the case on the next round"),
        suggestion=_text("Legg delen i kofferten ved neste runde.", "Put the part into the case on the next round."),
        effect=_text(
            "Saken lukkes. Ingen får purring for delen.",
            "The case closes. Nobody gets a reminder for the part.",
        ),
        minutes=2,
    ),
    CaseKind.CLOCK_DOUBTFUL: Kind(
        icon="clock-alert",
        tone="attention",
        chip=_text("Usikker frist", "Unsure due date"),
        title=_text("Fristen for {thing} er usikker", "The due date of {thing} is unsure"),
        short=_text("Se på fristen, la tvilen gå til låneren", "Look at the due date, in doubt for the borrower"),
        suggestion=_text("La fristen gå ut uten purring.", "Let the due date pass without a reminder."),
        effect=_text(
            "Klokka på {station} var ikke stilt da fristen ble satt. Ingen får purring for en gal frist.",
            "The clock of {station} was not set when the due date was. Nobody gets a reminder for a wrong due date.",
        ),
        minutes=2,
    ),
    CaseKind.DECIDED_ON_OLD_DATA: Kind(
        icon="history",
        tone="info",
        chip=_text("Gamle data", "Old data"),
        title=_text("{thing} er lånt ut på gamle data", "{thing} is lent on old data"),
        short=_text("La lånet stå, få stasjonen på nett", "Let the loan stand, get the station online"),
        suggestion=_text("La lånet stå.", "Let the loan stand."),
        effect=_text(
            "{station} hadde ikke fått nye data på over tre døgn. Kort og ting kan ha endret seg imens.",
            "{station} had had no new data for more than three days. Cards and things may have changed meanwhile.",
        ),
        minutes=1,
    ),
    CaseKind.RETURNED_NOT_LENT: Kind(
        icon="archive-restore",
        tone="info",
        chip=_text("Levert, ikke lånt", "Returned, not lent"),
        title=_text(
            "{thing} ble levert uten at noen hadde lånt", "{thing} was returned though nobody had borrowed it"
        ),
        short=_text("La leveringen stå, den er på hylla", "Let the return stand, it is on the shelf"),
        suggestion=_text("La leveringen stå.", "Let the return stand."),
        effect=_text(
            "Tingen er på hylla på {station}. Lånet kan ligge på en stasjon uten nett.",
            "The thing is on the shelf at {station}. The loan may lie at a station without network.",
        ),
        minutes=1,
    ),
    CaseKind.NOT_LOANABLE: Kind(
        icon="shield-alert",
        tone="stop",
        chip=_text("Skulle ikke ut", "Should have stayed"),
        title=_text("{thing} er lånt ut, men skulle ikke ut", "{thing} is lent, but should have stayed"),
        short=_text("Ring låneren, få den tilbake", "Call the borrower, get it back"),
        suggestion=_text("Ring låneren og få den tilbake.", "Call the borrower and get it back."),
        effect=_text(
            "{reason} Stasjonen kan ha vært uten nett. Lånet står til tingen er levert; saken lukkes.",
            "{reason} The station may have had no network. The loan stands until the thing is back; the case closes.",
        ),
        minutes=5,
    ),
    CaseKind.AFTER_REVOCATION: Kind(
        icon="octagon-x",
        tone="stop",
        chip=_text("Etter utestenging", "After shutting out"),
        title=_text(
            "{thing}: skrevet på {station} etter at den ble stengt ute",
            "{thing}: written at {station} after it was shut out",
        ),
        short=_text("Se etter tingen, ikke stol på linja", "Look for the thing, do not trust the entry"),
        suggestion=_text("Se om tingen er der linja sier.", "See whether the thing is where the entry says."),
        effect=_text(
            "{station} var stengt ute da dette ble skrevet. Linja teller; saken lukkes når du har sett etter.",
            "{station} was shut out when this was written. The entry counts; the case closes once you have looked.",
        ),
        minutes=4,
    ),
    CaseKind.OVER_LIMIT: Kind(
        icon="list-checks",
        tone="info",
        chip=_text("Over grensen", "Over the limit"),
        title=_text("{thing} ble lånt over grensen for kortet", "{thing} was lent beyond the card's limit"),
        short=_text("La lånet stå", "Let the loan stand"),
        suggestion=_text("La lånet stå.", "Let the loan stand."),
        effect=_text(
            "Kortet hadde lån på andre stasjoner som {station} ikke visste om. Alle lån har sin vanlige frist.",
            "The card had loans at other stations that {station} did not know of. All loans keep their due dates.",
        ),
        minutes=1,
    ),
    JournalCaseKind.JOURNAL_FORKED: Kind(
        icon="octagon-x",
        tone="stop",
        chip=_text("Kopiert minnekort", "Copied memory card"),
        title=_text("Journalen på {station} deler seg", "The journal of {station} forks"),
        short=_text("Sett stasjonen opp på nytt", "Set the station up anew"),
        suggestion=_text("Sett stasjonen opp på nytt.", "Set the station up anew."),
        effect=_text(
            "Linjene fra delingen er bevart, men teller ikke. Lag en ny kode, og se gjennom lånene i journalen.",
            "The entries from the fork on are kept, but do not count. Make a new code, and look through the loans.",
        ),
        minutes=10,
    ),
    JournalCaseKind.JOURNAL_CONFLICT: Kind(
        icon="octagon-x",
        tone="stop",
        chip=_text("To ulike linjer", "Two different entries"),
        title=_text(
            "{station} har sendt to ulike linjer på samme plass", "{station} sent two different entries for one place"
        ),
        short=_text("Sett stasjonen opp på nytt", "Set the station up anew"),
        suggestion=_text("Sett stasjonen opp på nytt.", "Set the station up anew."),
        effect=_text(
            "Den første linja gjelder. Den andre er bevart. Minnekortet kan være kopiert eller satt tilbake.",
            "The first entry counts. The other is kept. The memory card may have been copied or restored.",
        ),
        minutes=10,
    ),
    JournalCaseKind.TOO_MUCH_ASIDE: Kind(
        icon="octagon-x",
        tone="stop",
        chip=_text("For mye som ikke teller", "Too much that does not count"),
        title=_text("{station} sender for mye som ikke kan telle", "{station} sends too much that cannot count"),
        short=_text("Finn ut hva som er galt med stasjonen", "Find out what is wrong with the station"),
        suggestion=_text(
            "Finn ut hva som er galt med stasjonen, og sett den opp på nytt.",
            "Find out what is wrong with the station, and set it up anew.",
        ),
        effect=_text(
            "Det huben har tatt imot, er bevart. Resten ligger på stasjonen. Vanlige lån teller.",
            "What the hub has taken in is kept. The rest stays at the station. Ordinary loans count.",
        ),
        minutes=10,
    ),
    JournalCaseKind.ENTRY_QUARANTINED: Kind(
        icon="file-text",
        tone="attention",
        chip=_text("Uleselig linje", "Unreadable entry"),
        title=_text("En linje fra {station} kan ikke leses", "An entry from {station} cannot be read"),
        short=_text("Spør etter tingen på stasjonen", "Look for the thing at the station"),
        suggestion=_text(
            "Se i journalen hva som kom før og etter.", "See in the journal what came before and after."
        ),
        effect=_text(
            "Linja er bevart og teller ikke. Resten av journalen går som vanlig. Si fra til den som drifter huben.",
            "The entry is kept and does not count. The rest of the journal goes on. Tell whoever runs the hub.",
        ),
        minutes=3,
    ),
    JournalCaseKind.KOHA_REFUSED: Kind(
        icon="file-text",
        tone="info",
        chip=_text("Ikke sendt til Koha", "Not sent to Koha"),
        title=_text("Linjer fra {station} kom for sent for Koha", "Entries from {station} came too late for Koha"),
        short=_text("Se etter i Koha hva som mangler", "See in Koha what is missing"),
        suggestion=_text(
            "Se etter i Koha om lånet eller innleveringen mangler der.",
            "See in Koha whether the loan or the return is missing there.",
        ),
        effect=_text(
            "Noe nyere var sendt. Koha ville ha avsluttet det nyere lånet, så disse linjene blir ikke sendt.",
            "Something newer was sent. Koha would have ended the newer loan, so these entries are not sent.",
        ),
        minutes=4,
    ),
}


_REASONS: dict[str, Text] = {
    Reason.ITEM_BROKEN: _text("Den er meldt ødelagt.", "It is marked as broken."),
    Reason.ITEM_IN_INSPECTION: _text("Den er til kontroll.", "It is in inspection."),
    Reason.INSPECTION_OVERDUE: _text("Kontrollen er gått ut.", "Its inspection is overdue."),
    Reason.NOT_FOR_LOAN: _text("Den er tatt ut av utlån.", "It has been taken out of lending."),
    Reason.REPORTED_UNSAFE: _text("Den er meldt utrygg.", "It has been reported unsafe."),
    Reason.NOT_CHECKED_YET: _text(
        "Den var ikke sett over av ansatte etter forrige lån.", "Staff had not checked it after the last loan."
    ),
    Reason.HELD_FOR_OTHER: _text("Den var satt til side for en annen.", "It was set aside for somebody else."),
    Reason.AT_OTHER_STATION: _text("Den hører til på en annen stasjon.", "It belongs to another station."),
}


def reason_words(reason: str, language: str) -> str:
    """Return what a case's sub-reason says, empty for none."""
    return _REASONS[reason].get(language) if reason in _REASONS else ""


def kind_of(name: str) -> Kind:
    """Return how the kind of that name looks and reads; raises KeyError."""
    return _KINDS[name]


def kind_names() -> tuple[str, ...]:
    """Return the names of all kinds."""
    return tuple(_KINDS)
