"""Pages that people read: an answer as one file, drawn from the document and nothing else."""
