"""The engagement model fitted to a database of battles, and scored on battles kept back."""
