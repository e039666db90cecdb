"""What the hub sends stations so that they can lend without network."""
