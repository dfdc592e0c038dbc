"""Seats, turns, saves and replays on top of the same step."""
