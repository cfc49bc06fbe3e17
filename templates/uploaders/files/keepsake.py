#!/usr/bin/env python3
"""Uploads files: python keepsake.py photo.jpg video.mp4"""
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

API = {{ (given.api ~ given.query) | as_python }}
KEY = {{ given.key | as_python }}  # keep it to yourself


def upload(path):
    """Sends the file in pieces; gives the answer's image: url, url_viewer, delete_url and more."""
    headers = {
        "X-API-Key": KEY,
        "X-File-Name": urllib.parse.quote(os.path.basename(path)),
        "Content-Type": "application/octet-stream",
        "Content-Length": str(os.path.getsize(path)),
    }
    with open(path, "rb") as file, urllib.request.urlopen(urllib.request.Request(API, file, headers)) as answer:
        return json.load(answer)["image"]


if __name__ == "__main__":
    failed = False
    for path in sys.argv[1:] or sys.exit(__doc__):
        try:
            image = upload(path)
            print(image[{{ given.link | as_python }}], "delete:", image["delete_url"], sep="\t")
        except urllib.error.HTTPError as error:
            failed = True
            print(path, json.load(error)["error"]["message"], sep=": ", file=sys.stderr)
        except OSError as error:
            failed = True
            print(path, error, sep=": ", file=sys.stderr)
    sys.exit(failed)
