"""What is claimed: scenario files, their sources, and the strict reading of both."""
