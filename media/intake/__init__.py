"""Receiving uploads: spooling, fetching, file names."""
