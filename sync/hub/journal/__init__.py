"""The raw journals as the stations sent them, with the hub's verdict on each entry."""
