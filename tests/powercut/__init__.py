"""Power cuts: what a station writes is recorded, and the disk rebuilt as it may look after a cut at any point."""
