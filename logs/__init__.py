"""The log: lines for people or as JSON, with the request or job they are about, without secrets."""

from logs.context import job, new_id, of_job, parse_id, request
from logs.handler import begin, settle
from logs.lines import IS_OURS

__all__ = ["IS_OURS", "begin", "job", "new_id", "of_job", "parse_id", "request", "settle"]
