"""Background jobs, one recipe per file. Each may be stopped at any moment and run again.

A new kind of job is a file here and a line in `kinds`. Whoever needs one calls `Job.add` in the
transaction of what it is about.
"""
