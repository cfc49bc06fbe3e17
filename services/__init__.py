"""What the house does, one recipe a file: knows models and media, never a request."""
