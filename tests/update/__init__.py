"""Updates, the way back, releases."""
