"""The mechanisms of a step, one named cause to a file."""
