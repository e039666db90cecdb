"""Around every page: the ways to other pages, logging in, and what a page says that is none."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "nav": ("Sider", "Pages"),
    "nav.cases": ("Saker", "Cases"),
    "nav.loans": ("Utlån", "Loans"),
    "nav.stations": ("Stasjoner", "Stations"),
    "nav.holds": ("Satt av", "Set aside"),
    "nav.said": ("Innspill", "Ideas"),
    "nav.password": ("Passord", "Password"),
    "skip": ("Hopp til innholdet", "Skip to the content"),
    "log_out": ("Logg ut", "Log out"),
    "open": ("Åpne", "Open"),
    "all": ("Vis", "Show"),
    "more.pages": ("Flere sider", "More pages"),
    "more.next": ("Neste side", "Next page"),
    "more.before": ("Forrige side", "Previous page"),
    "page_of": ("Side {page} av {pages}", "Page {page} of {pages}"),
    "unknown_thing": ("Ukjent ting", "Unknown thing"),
    "login.title": ("Logg inn", "Log in"),
    "login.lead": ("For ansatte i biblioteket.", "For library staff."),
    "login.name": ("Navn", "Name"),
    "login.password": ("Passord", "Password"),
    "login.wrong": (
        "Navnet og passordet hører ikke sammen. Se etter store bokstaver og prøv igjen.",
        "The name and the password do not belong together. Look for capitals and try again.",
    ),
    "login.wait": (
        "Det ble prøvd for mange ganger. Vent {seconds} sekunder, så kan du prøve igjen.",
        "There were too many tries. Wait {seconds} seconds, then try again.",
    ),
    "password.title": ("Bytt passord", "Change password"),
    "password.lead": (
        "Når du bytter, må du logge inn på nytt alle andre steder.",
        "When you change it, you have to log in again everywhere else.",
    ),
    "password.last": ("Sist byttet {when}.", "Last changed {when}."),
    "password.old": ("Passordet du har nå", "The password you have now"),
    "password.new": ("Nytt passord", "New password"),
    "password.hint": (
        "Minst {least} tegn. Noen ord etter hverandre er lett å huske.",
        "At least {least} characters. A few words in a row are easy to remember.",
    ),
    "password.again": ("Nytt passord en gang til", "New password once more"),
    "password.change": ("Bytt passord", "Change password"),
    "password.changed": ("Passordet er byttet.", "The password has been changed."),
    "password.wrong": (
        "Passordet du har nå, er ikke dette. Ingenting ble endret. Se etter store bokstaver og prøv igjen.",
        "This is not the password you have now. Nothing was changed. Look for capitals and try again.",
    ),
    "password.differs": (
        "De to nye er ikke like. Ingenting ble endret. Skriv dem på nytt.",
        "The two new ones are not alike. Nothing was changed. Type them again.",
    ),
    "password.same": (
        "Det nye er likt det gamle. Ingenting ble endret. Velg et annet.",
        "The new one is the old one. Nothing was changed. Choose another.",
    ),
    "password.length": (
        "Et passord har {least} til {most} tegn. Ingenting ble endret. Velg et annet.",
        "A password has {least} to {most} characters. Nothing was changed. Choose another.",
    ),
    "password.common": (
        "Det passordet er lett å gjette. Ingenting ble endret. Velg et annet.",
        "That password is easy to guess. Nothing was changed. Choose another.",
    ),
    "problem.400": ("Det kunne ikke leses", "It could not be read"),
    "problem.400.now": (
        "Ingenting ble endret. Gå tilbake og prøv igjen.",
        "Nothing was changed. Go back and try again.",
    ),
    "problem.403": ("Dette er ikke for deg", "This is not for you"),
    "problem.403.now": (
        "Ingenting ble endret. Logg inn med et annet navn.",
        "Nothing was changed. Log in with another name.",
    ),
    "problem.404": ("Her er det ingenting", "There is nothing here"),
    "problem.404.now": (
        "Siden er flyttet, eller adressen er skrevet feil.",
        "The page has moved, or the address is misspelt.",
    ),
    "problem.form": ("Siden hadde stått åpen for lenge", "The page had been open for too long"),
    "problem.form.now": (
        "Ingenting ble endret. Gå tilbake, last siden på nytt og prøv igjen.",
        "Nothing was changed. Go back, load the page again and try again.",
    ),
    "problem.500": ("Noe gikk galt hos oss", "Something went wrong here"),
    "problem.503": ("Vi har stengt et øyeblikk", "We are closed for a moment"),
    "problem.503.now": (
        "Systemet blir stelt med. Stasjonene låner ut som vanlig og sender alt etterpå. Prøv igjen om litt.",
        "The system is being looked after. Stations lend as usual and send all of it afterwards. Try again soon.",
    ),
    "problem.500.now": (
        "Det som var lagret, er der. Prøv igjen om litt, og si fra om det ikke hjelper.",
        "What was stored is still there. Try again in a while, and tell us if that does not help.",
    ),
    "problem.home": ("Til sakene", "To the cases"),
}
