"""Terms: what enters each equation of the engagement model, and what coefficients are called."""

from __future__ import annotations

TERMS = {
    "outcome": (
        *("log_armour", "air", "surprise", "fortified", "prepared", "delay"),
        *("rugged", "flat", "wooded", "winter", "wet"),
    ),
    "duration": ("log_men", "works", "winter"),
    "loss_attacker": (
        *("log_days", "win", "draw", "air", "log_armour", "rugged", "winter", "log_men"),
    ),
    "loss_defender": ("log_days", "win", "draw", "log_armour", "works", "rugged", "log_men"),
    "advance": (
        *("win", "log_ratio", "rugged", "works", "flat", "wooded", "surprise", "air"),
        *("log_men", "log_days", "winter"),
    ),
}
"""Terms of each equation that all eras share."""

COEFFICIENT = {
    "log_armour": "armour",
    "log_days": "duration",
    "log_ratio": "force",
    "log_men": "size",
}
"""What a term's coefficient is called, where it is not called as the term."""
