"""What a row of the account goes by on the screen, so that a touch means what its finger saw."""

from __future__ import annotations

import hashlib


def row_of(own_id: str) -> str:
    """Return what stands for a loan or a hold in its row and in the touch on it.

    The same for ever, whatever a feed or an entry puts before it. The id is random (128 bits) and cannot be worked
    out from this.
    """
    return hashlib.sha256(f"row {own_id}".encode()).hexdigest()[:16]
