"""The voice: reads screens aloud to those who want it."""
