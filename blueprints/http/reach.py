"""From where the URL of this site can be reached, before it goes to another device."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import request

from blueprints.http import words
from blueprints.http.context import addresses


def warning() -> str:
    """That it works here only, or that nothing is encrypted on the way; "" where all is fine."""
    if works_here_only():
        return str(words.ONLY_THIS_COMPUTER)
    if urlsplit(addresses().base).scheme == "http" and not request.is_secure:
        return str(words.NOT_ENCRYPTED)
    return ""


def works_here_only() -> bool:
    hostname = urlsplit(addresses().base).hostname or ""
    try:
        return ipaddress.ip_address(hostname).is_loopback
    except ValueError:
        return hostname == "localhost"
