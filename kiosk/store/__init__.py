"""The station's database: journal, the tables derived from it, and the newest feed, in one SQLite file."""
