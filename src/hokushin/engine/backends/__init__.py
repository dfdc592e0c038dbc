"""Ways to execute the same compiled step."""
