"""The stations of a siege, and what they lend."""

STATIONS = ("ls-0001", "ls-0002", "ls-0003")


def items_of(station):
    """Return codes that this station alone lends, and one that all lend."""
    number = int(station.rsplit("-", 1)[1])
    return [f"0401{number:02}{n:04}" for n in range(6)] + ["0409000000"]
