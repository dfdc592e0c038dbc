"""Calibration: does the inference recover what the engine itself was run with?

Simulation-based calibration (Talts et al. 2018; Modrák et al. 2023): numbers are drawn from their
priors, the engine makes a record with them, the inference is given the record, and the rank of each
true number among its draws is noted. Over many records ranks are uniform if, and only if, the
likelihood is that of the engine and the sampler does its work.
"""
