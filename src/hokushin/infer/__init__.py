"""Learning from the record: likelihoods, samplers and checks."""
