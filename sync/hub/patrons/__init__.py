"""The library's cards. Names and addresses are not here and never will be."""
