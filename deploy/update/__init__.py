"""Brings Keepsake to another version and back. Standard library alone: what it runs with is changed
under it.
"""
