"""The rules and the ledger of lending: pure code without screen, database, network or clock of its own."""
