"""A first door to Koha: loans, returns and renewals written as a file that its offline circulation takes."""
