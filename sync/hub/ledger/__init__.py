"""What all journals together say: who has what, and what a person must look at."""
