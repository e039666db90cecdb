"""The journal's envelope and the protocol between station and hub."""
