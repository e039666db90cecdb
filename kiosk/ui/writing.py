"""What somebody types with the keys on the screen, letter by letter. Pure; a screen keeps it and sends the words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Writing:
    """A line of text with its end as the only place to write at, `most` characters at most. A repr hides the text:
    what people type is nobody's business.
    """

    text: str = field(default="", repr=False)
    most: int = 60

    def write(self, letters: str) -> Writing:
        """Return the line with `letters` at its end, as far as there is room; no space begins it or follows one."""
        text = self.text
        for letter in letters:
            if letter == " " and text[-1:] in {"", " "}:
                continue
            if len(text) < self.most and letter.isprintable():
                text += letter
        return replace(self, text=text)

    def erase(self) -> Writing:
        """Return the line without its last character."""
        return replace(self, text=self.text[:-1])

    def clear(self) -> Writing:
        """Return an empty line."""
        return replace(self, text="")

    @property
    def words(self) -> str:
        """What is sent: the text without a space at its end."""
        return self.text.rstrip()
