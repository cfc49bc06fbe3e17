"""What Keepsake does, one recipe per file. Knows models and media, never a request."""
