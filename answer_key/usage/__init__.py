"""The names that code uses and the lines in which it does, read without running the code."""
