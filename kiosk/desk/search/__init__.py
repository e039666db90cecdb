"""Finding things by what they are called and what they are for. Pure: no store, no clock, no screen."""
