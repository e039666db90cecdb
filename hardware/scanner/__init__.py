"""The barcode scanner: its port, what a code means, the serial driver, and a scanner that is a program."""
