"""The library's items and shelves."""
