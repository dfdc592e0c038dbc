"""Straight-line code: a step written for JAX, run on the vector units of a CPU lane by lane."""
