"""What differs between models, and what may be compared: pure functions over loaded records."""
