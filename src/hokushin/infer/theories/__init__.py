"""Theories: explanations of the same record held against each other."""
