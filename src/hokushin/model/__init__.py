"""What happens in one step: pure functions from state to state."""
