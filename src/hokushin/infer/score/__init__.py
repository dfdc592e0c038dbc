"""Score: facts that a scenario was not made from, predicted and compared with simple rules."""
