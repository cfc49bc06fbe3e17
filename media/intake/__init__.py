"""How bytes come in: sent, fetched, named."""
