"""The few things a screen is made of."""
