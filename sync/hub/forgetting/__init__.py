"""Forgetting: who a loan was about is erased some time after it ended, and all that is derived from it stays."""
