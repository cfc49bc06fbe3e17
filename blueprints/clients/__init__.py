"""Ready-made configurations for other programs."""
