"""A copy of a backup, brought back into a data folder: checked, compared with what is there, copied
beside it, then put in its place (`restore`).
"""
