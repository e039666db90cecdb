"""What residents say."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "said.title": ("{n} innspill venter", "{n} suggestions are waiting"),
    "said.title.one": ("1 innspill venter", "1 suggestion is waiting"),
    "said.none": ("Ingen innspill venter", "No suggestions are waiting"),
    "said.none.lead": (
        "Her står det folk savner, vil låne bort eller ikke fant.",
        "Here stands what people miss, would lend, or did not find.",
    ),
    "said.lead": ("Det flest har sagt, står øverst.", "What most have said stands first."),
    "said.show_handled": ("Vis det som er gjort", "Show what is done"),
    "said.show_waiting": ("Vis det som venter", "Show what waits"),
    "said.handled_title": ("Det som er gjort", "What is done"),
    "said.none_handled": ("Ingenting er gjort ennå", "Nothing is done yet"),
    "said.words": ("Hva de sa", "What they said"),
    "said.times": ("{n} ganger", "{n} times"),
    "said.times.one": ("1 gang", "Once"),
    "said.last": ("Sist", "Last"),
    "said.answer": ("Svar", "Answer"),
    "said.answer_to": ("Svar på \u00ab{words}\u00bb, om dere vil", "Answer to \u201c{words}\u201d, if you like"),
    "said.handle": ("Gjort", "Done"),
    "said.handle_one": ("\u00ab{words}\u00bb er gjort", "\u201c{words}\u201d is done"),
    "said.undo_one": ("Angre at \u00ab{words}\u00bb er gjort", "Undo that \u201c{words}\u201d is done"),
    "said.done": ("Det er lagret som gjort.", "Saved as done."),
    "said.undone": ("Det venter igjen.", "It waits again."),
    "said.too_late": ("Ingenting ble endret: noen var før deg.", "Nothing was changed: somebody was before you."),
}
