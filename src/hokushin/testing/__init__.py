"""Checks that authors run on mechanisms, scenarios and environments of their own."""
