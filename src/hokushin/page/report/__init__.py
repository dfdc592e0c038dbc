"""The report: one file that holds an answer, its figures, its tables and its sources."""
