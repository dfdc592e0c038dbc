"""Simulates historical decisions many times over and asks what caused them."""

__version__ = "0.1.0"
