"""Decoding, colour, derivatives, and video in a process of its own."""
