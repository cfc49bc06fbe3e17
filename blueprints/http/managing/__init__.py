"""Requests and answers of the managing API (`/api/2`)."""
