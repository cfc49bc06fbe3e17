"""An upload as a document: pure functions of a row and its addresses, without a request or the
database.
"""
