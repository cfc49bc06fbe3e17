"""Bytes and what they are: no Flask, no database, no request."""
