"""Figures that others can reproduce: speed and memory, as ratios in one run."""
