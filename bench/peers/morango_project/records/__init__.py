"""The one syncable model of the measurement."""
