"""`python -m kiosk.ui.gallery`: the same as `nabolan station gallery`."""

import sys

from kiosk.ui.gallery.command import main
from lending.errors import Refused

if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refused as no:
        sys.exit(f"Refused: {no}")
