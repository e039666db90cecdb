"""The lending station: store, desk and screen."""
