"""Looking after the database: the door that is shut meanwhile, moving, backing up and restoring."""
