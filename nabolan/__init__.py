"""The `nabolan` command, and the demo that plays a whole visit."""
