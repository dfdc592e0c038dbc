"""The answer as data, and the ways to print it."""
