"""XMP packets (ISO 16684-1): read with an XML parser, blanked with spaces in place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
EXIF = "{http://ns.adobe.com/exif/1.0/}"
PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"

# By local name, whatever the namespace: makers invent their own (drone-dji:GpsLatitude, geo:lat, Iptc4xmpExt:City).
_PRIVATE = (r"gps\w*|\w*latitude|\w*longtitude|\w*longitude|\w*altitude|lat|long|geohash|city|state|provincestate|"
            r"country|country\w*|worldregion|sublocation|location\w*|coverage|\w*serialnumber|cameraownername|ownername")
_PRIVATE_NAME = re.compile(_PRIVATE, re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"\s[\w.-]+:(?:%s)\s*=\s*(?:\"[^\"]*\"|'[^']*')" % _PRIVATE.encode(), re.IGNORECASE)
_ELEMENT = re.compile(rb"<([\w.-]+:(?:%s))(?=[\s/>])(?:[^<>]*/>|[^<>]*>.*?</\1\s*>)" % _PRIVATE.encode(),
                      re.IGNORECASE | re.DOTALL)
_START = re.compile(rb"<(?:\w+:)?xmpmeta\b|<(?:\w+:)?RDF\b")
_END = re.compile(rb"</(?:\w+:)?xmpmeta\s*>|</(?:\w+:)?RDF\s*>")


def parse(packet: bytes) -> Element | None:
    """The packet's root element; None where it is empty or not well-formed XML (or tries to declare entities)."""
    start, ends = _START.search(packet), list(_END.finditer(packet))
    if not start or not ends:
        return None
    try:
        root: Element = fromstring(packet[start.start():ends[-1].end()])
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return root


def blank(packet: bytes) -> bytes:
    """Spaces, as many as the packet has bytes."""
    return b" " * len(packet)


def without_location(packet: bytes) -> bytes:
    """The packet at the same length, position and serial numbers replaced by spaces.

    A packet that cannot be read, or in which some is left after that, is blanked whole.
    """
    if not packet.strip(b" \t\r\n\0"):
        return packet
    cleaned = _ATTRIBUTE.sub(_spaces, packet)
    cleaned = _ELEMENT.sub(_spaces, cleaned)
    root = parse(cleaned)
    if root is None or list(private_names(root)):
        return blank(packet)
    return cleaned


def _spaces(found: re.Match[bytes]) -> bytes:
    return b" " * len(found.group())


def private_names(root: Element) -> Iterator[str]:
    """The names of the elements and attributes that tell a position or a serial number."""
    for element in root.iter():
        for name in (element.tag, *element.attrib):
            local = name.rpartition("}")[2]
            if _PRIVATE_NAME.fullmatch(local):
                yield local


def values_of(root: Element, local: str) -> set[str]:
    """All values, in lower case, of properties of this local name in any namespace."""
    found = {value for element in root.iter() for name, value in element.attrib.items() if name.rpartition("}")[2] == local}
    found |= {element.text or "" for element in root.iter() if element.tag.rpartition("}")[2] == local}
    return {value.strip().lower() for value in found}


def text(root: Element, name: str) -> str:
    """A property's text: an attribute, an element, or its first (x-default) alternative; "" where there is none."""
    for element in root.iter(RDF + "Description"):
        if value := element.get(name):
            return value.strip()
        child = element.find(name)
        if child is not None:
            item = child.find(f".//{RDF}li")
            return ((item if item is not None else child).text or "").strip()
    return ""
