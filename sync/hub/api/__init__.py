"""What stations call."""
