"""Many histories: keys, compiled runs, executors and stored ensembles."""
