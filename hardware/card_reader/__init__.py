"""The NFC reader: its port, the PN532 driver, and a PN532 that is a program."""
