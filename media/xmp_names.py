"""Which names an XMP packet may keep: deny by default. A property is told by its namespace and local name (ISO 16684-1)."""

from __future__ import annotations

import re

_ADOBE = "http://ns.adobe.com/"
_TYPES = _ADOBE + "xap/1.0/sType/"

# Namespaces that describe the work, its look and how it was edited. What isn't in here goes, whatever it is called.
_HARMLESS = {
    "adobe:ns:meta/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/XML/1998/namespace",
    "http://purl.org/dc/elements/1.1/",
    _ADOBE + "xap/1.0/", _ADOBE + "xap/1.0/rights/", _ADOBE + "xap/1.0/g/", _ADOBE + "xap/1.0/g/img/",
    _ADOBE + "tiff/1.0/", _ADOBE + "exif/1.0/", _ADOBE + "exif/1.0/aux/", "http://cipa.jp/exif/1.0/",
    _ADOBE + "photoshop/1.0/", _ADOBE + "camera-raw-settings/1.0/", _ADOBE + "lightroom/1.0/",
    _ADOBE + "hdr-gain-map/1.0/", _ADOBE + "xmp/note/", _ADOBE + "pdf/1.3/",
    "http://ns.google.com/photos/1.0/panorama/", "http://ns.google.com/photos/1.0/camera/", "http://ns.google.com/photos/1.0/container/",
    "http://ns.google.com/photos/1.0/container/item/", "http://ns.google.com/videos/1.0/spherical/",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    _TYPES + "Dimensions#", _TYPES + "Font#",
}
# Within those: positions, serial numbers, owners, maker notes, thumbnails, and whatever is of a place. By part of the name, or by all of it.
_TELLING = re.compile(r"gps|latitude|longtitude|longitude|altitude|serialnumber|owner|uniqueid|location|country|ciadr|personinimage", re.IGNORECASE)
_TELLING_NAMES = {
    "lat", "long", "geohash", "city", "state", "provincestate", "worldregion", "coverage", "makernote", "thumbnail", "thumbnails", "image",
    "creatorcontactinfo", "registryid", "digitalimageguid", "rawfilename", "relatedsoundfile", "devicesettingdescription", "devicename",
    "contactinfo", "negativecachepath", "baseurl", "imagenumber", "burstid", "uuid", "privatertkinfo", "history", "documentancestors", "textlayers",
}
_SERIAL, _OWNER = re.compile(r"serial|uniqueid|guid", re.IGNORECASE), re.compile(r"owner|devicename|person", re.IGNORECASE)
_THUMBNAILS = {"thumbnail", "thumbnails", "image"}
# What makes a name that nobody knows one of a place, for the report alone.
_PLACE = re.compile(r"gps|lat|lon|geo|altitude|city|state|country|location|region|coverage|cell|mcc|mnc|lac|cgi|locality|footprint|county|"
                    r"municipality", re.IGNORECASE)


def is_harmless(namespace: str, local: str) -> bool:
    """Whether an element or attribute may stay. Attributes without a namespace are RDF's own."""
    return (not namespace or namespace in _HARMLESS) and local.lower() not in _TELLING_NAMES and not _TELLING.search(local)


def kind_of(local: str) -> str:
    """What a name that may not stay tells, in a word of the privacy report; "" where that can't be said."""
    if _SERIAL.search(local):
        return "serial numbers"
    if _OWNER.search(local):
        return "owner"
    if local.lower() == "makernote":
        return "maker note"
    if local.lower() in _THUMBNAILS:
        return "embedded thumbnail"
    return "place" if _PLACE.search(local) else ""
