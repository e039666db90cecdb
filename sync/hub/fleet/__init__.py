"""The stations: who they are, how they are let in, when they were last heard."""
