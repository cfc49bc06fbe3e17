"""XMP packets (ISO 16684-1): read with an XML parser, blanked with spaces in place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from media.privacy import xmp_names

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
EXIF = "{http://ns.adobe.com/exif/1.0/}"
PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"

# bytes; a real one has kilobytes, with an edit history or a depth map some megabytes: those are
# blanked whole
MAX_PACKET = 4 * 1024 * 1024
_MAX_DEPTH = 100  # elements inside each other; XMP needs some ten

_START = re.compile(rb"<(?:\w+:)?xmpmeta\b|<(?:\w+:)?RDF\b")
_ENDINGS = (b"xmpmeta", b"RDF")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=<>"']+)\s*=\s*("[^"]*"|'[^']*')""")


def _document(packet: bytes) -> tuple[int, int]:
    """Start and end of the packet's XML document; (0, 0) without one."""
    start = _START.search(packet)
    end = max(packet.rfind(b":" + name) for name in _ENDINGS)
    end = packet.find(b">", max(end, packet.rfind(b"</")))
    return (start.start(), end + 1) if start and end > start.start() else (0, 0)


def parse(packet: bytes) -> Element | None:
    """The packet's root element; None where it is empty, too large or not well-formed XML (or tries
    to declare entities).
    """
    start, end = _document(packet)
    if not 0 < end - start <= MAX_PACKET:
        return None
    try:
        root: Element = fromstring(packet[start:end])
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return None
    return root


def blank(packet: bytes) -> bytes:
    """Spaces of the packet's length."""
    return b" " * len(packet)


def without_location(packet: bytes) -> bytes:
    """The packet at the same length, with spaces for all that isn't known to be harmless, and for
    what stands around the XML document.

    One pass of the parser says where things are; nothing is searched twice. A packet that it can't
    read is blanked whole.
    """
    start, end = _document(packet)
    if not 0 < end - start <= MAX_PACKET:
        return blank(packet)
    try:
        document = _Cleaner(packet[start:end]).cleaned()
    except (expat.ExpatError, ValueError, LookupError):
        return blank(packet)
    cleaned = blank(packet[:start]) + document + blank(packet[end:])
    return cleaned if parse(cleaned) is not None else blank(packet)


class _Cleaner:
    """Blanks elements, attributes, comments and instructions by their offsets. Raises ValueError
    for what no packet has.
    """

    def __init__(self, document: bytes) -> None:
        self._before, self._after = document, bytearray(document)
        self._prefixes = {"xml": xmp_names.XML}
        self._has_unknown = False  # whether the next element declares a namespace that isn't known
        self._open: list[bool] = []  # of each element around: whether it may have no text
        self._text_from = -1  # where text begins that may not be there
        self._depth = self._gone_below = self._gone_from = 0
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.namespace_prefixes = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartNamespaceDeclHandler = self._declare
        parser.CharacterDataHandler, parser.StartCdataSectionHandler = (
            self._text,
            self._text_of_data,
        )
        parser.CommentHandler = lambda text: self._blank_up_to(b"-->")
        parser.ProcessingInstructionHandler = lambda target, text: self._blank_up_to(b"?>")
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = self._refuse

    def cleaned(self) -> bytes:
        self._parser.Parse(self._before, True)
        return bytes(self._after)

    def _refuse(self, *_: object) -> None:
        raise ValueError("entities")

    def _declare(self, prefix: str | None, uri: str) -> None:
        if self._prefixes.setdefault(prefix or "", uri) != uri:
            raise ValueError("a prefix of two meanings")
        self._has_unknown |= uri not in xmp_names.NAMESPACES

    def _text(self, text: str) -> None:
        if (
            self._text_from < 0
            and not self._gone_below
            and self._open
            and self._open[-1]
            and text.strip()
        ):
            self._text_from = self._parser.CurrentByteIndex

    def _text_of_data(self) -> None:
        if not self._gone_below and self._open and self._open[-1]:
            raise ValueError("character data between properties")

    def _end_text(self) -> None:
        if self._text_from >= 0:
            self._wipe(self._text_from, self._parser.CurrentByteIndex)
            self._text_from = -1

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ValueError("too deep")
        namespace, local = _split(name)
        self._open.append(local in xmp_names.CONTAINERS.get(namespace, ()))
        has_unknown, self._has_unknown = self._has_unknown, False
        if self._gone_below:
            return
        self._end_text()
        at = self._parser.CurrentByteIndex
        if not xmp_names.is_harmless(namespace, local):
            self._gone_below, self._gone_from = self._depth, at
        elif has_unknown or any(
            not xmp_names.is_harmless_attribute(*_split(attribute), value)
            for attribute, value in attributes.items()
        ):
            self._blank_attributes(at)

    def _end(self, name: str) -> None:
        self._end_text()
        self._open.pop()
        if self._gone_below == self._depth:
            at = self._parser.CurrentByteIndex  # of </name>; of <name/> what stands behind it
            self._wipe(
                self._gone_from,
                self._before.index(b">", at) + 1 if self._before.startswith(b"</", at) else at,
            )
            self._gone_below = 0
        self._depth -= 1

    def _blank_attributes(self, at: int) -> None:
        at = self._name_end(at)
        while match := _ATTRIBUTE.match(self._before, at):
            if not self._may_stay(match[1].decode("utf-8"), match[2][1:-1].decode("utf-8")):
                self._wipe(*match.span())
            at = match.end()

    def _may_stay(self, name: str, value: str) -> bool:
        prefix, _, local = name.rpartition(":")
        if prefix == "xmlns" or name == "xmlns":
            return value in xmp_names.NAMESPACES
        return xmp_names.is_harmless_attribute(
            self._prefixes.get(prefix, "") if prefix else "", local, value
        )

    def _name_end(self, at: int) -> int:
        match = re.compile(rb"[\s/>]").search(self._before, at)
        return match.start() if match else len(self._before)

    def _blank_up_to(self, ending: bytes) -> None:
        self._end_text()
        at = self._parser.CurrentByteIndex
        self._wipe(at, self._before.index(ending, at) + len(ending))

    def _wipe(self, start: int, end: int) -> None:
        self._after[start:end] = b" " * (end - start)


def _split(name: str) -> tuple[str, str]:
    """Namespace and local name of what expat calls ``namespace local prefix``."""
    parts = name.split(" ")
    return (parts[0], parts[1]) if len(parts) > 1 else ("", name)


def private_names(root: Element) -> Iterator[tuple[str, str]]:
    """Namespace and local name of the elements and attributes that aren't known to be harmless."""
    for element in root.iter():
        if not xmp_names.is_harmless(*_parts(element.tag)):
            yield _parts(element.tag)
        yield from (
            _parts(name)
            for name, value in element.attrib.items()
            if not xmp_names.is_harmless_attribute(*_parts(name), value)
        )


def _parts(name: str) -> tuple[str, str]:
    """Of what ElementTree calls ``{namespace}local``."""
    namespace, _, local = name.rpartition("}")
    return namespace.removeprefix("{"), local


def values_of(root: Element, local: str) -> set[str]:
    """All values, in lower case, of properties of this local name in any namespace."""
    values = {
        value
        for element in root.iter()
        for name, value in element.attrib.items()
        if name.rpartition("}")[2] == local
    }
    values |= {
        element.text or "" for element in root.iter() if element.tag.rpartition("}")[2] == local
    }
    return {value.strip().lower() for value in values}


def text(root: Element, name: str) -> str:
    """A property's text: an attribute, an element, or its first (x-default) alternative; "" where
    there is none.
    """
    for element in root.iter(RDF + "Description"):
        if value := element.get(name):
            return value.strip()
        child = element.find(name)
        if child is not None:
            item = child.find(f".//{RDF}li")
            return ((item if item is not None else child).text or "").strip()
    return ""
