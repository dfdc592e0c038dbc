"""Scenarios shipped with the package: data, no code."""
