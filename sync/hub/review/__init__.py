"""The staff pages: what needs a person, with the facts and a suggested answer."""
