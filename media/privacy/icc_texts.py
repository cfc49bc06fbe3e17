"""Texts in ICC profiles that everybody's have: names of standard colour spaces, notices, makers
(ICC.1:2022, 10.15, 10.24; ICC.1:2001, 6.5.17).
"""

from __future__ import annotations

import re

_KNOWN = re.compile(
    # names of colour spaces
    r"sRGB( (IEC61966-2[.-]1|built-in|Profile|v4 ICC preference( perceptual intent beta)?))?|"
    r"sRGB2014|c2(ci)?|Display P3|DCI-P3 D65|"
    r"Apple (RGB|Wide Color Sharing Profile)|"
    r"Adobe RGB \(1998\)|AdobeRGB1998|Compatible with Adobe RGB \(1998\)|ProPhoto RGB|ROMM RGB|"
    r"Wide Gamut RGB|WideGamut RGB|ColorMatch RGB|opRGB|"
    r"((ITU-R )?BT\.?|Rec\.? ?)(709|2020|2100)([ -](PQ|HLG|D65))?|Rec\. ITU-R BT\.(709-5|2020-1|"
    r"2100-\d (PQ|HLG))|"
    r"Linear (sRGB|RGB)|scRGB|Generic (RGB|Gray|CMYK)( Gamma 2\.2)?( Profile)?|Gray( Gamma "
    r"\d\.\d)?|Dot Gain \d\d%|sGray|Lab D50|"
    r"U\.S\. Web Coated \(SWOP\) v2|(Web )?Coated (FOGRA(27|39|51|52)|GRACoL 2006|SWOP 2006)( "
    r"\(ISO 12647-2:2004\))?|"
    r"Uncoated FOGRA(29|52)|ISO Coated v2( 300%)?( \(ECI\))?|PSO (Coated|Uncoated)( v\d)?( "
    r"ISO12647)?( \(ECI\))?|"
    r"PSOcoated_v3|eciRGB v2|eciCMYK|Japan Color 2001 (Coated|Uncoated)|"
    r"IEC http://www\.iec\.ch|IEC 61966-2-?\.1 Default RGB colou?r space - sRGB|Reference "
    r"Viewing Condition in IEC ?61966-2-?\.1|"
    # notices
    r"Copyright \(c\) 1998 Hewlett-Packard Company|Copyright (\(c\) )?(19|20)\d\d Adobe Systems( "
    r"Incorporated| Inc\.)?\.?|"
    r"Copyright Apple,? Inc\.,? (19|20)\d\d|Copyright (19|20)\d\d Apple(,? Inc\.?| Computer,? "
    r"Inc\.?)?,?( all rights reserved\.?)?|"
    r"Public Domain|CC0|FB|No copyright, use freely\.?|Google Inc\. 20\d\d|"
    r"Copyright (International Color Consortium, 20\d\d|20\d\d International Color Consortium)|"
    r"no copyright, use freely|"
)
SIGNATURES = {
    bytes(4), b"IEC ", b"sRGB", b"APPL", b"appl", b"ADBE", b"Adbe", b"HP  ", b"lcms", b"MSFT",
    b"Lino", b"KCMS", b"GOOG", b"SGI ", b"SUNW", b"*nix", b"none", b"saws", b"argl", b"skia",
}  # fmt: skip


def blanked(data: bytes) -> bytes:
    """The data of a text tag at the same length: a known text, else a space. Empty for data that is
    no text, or has no room for one.
    """
    text = text_of(data)
    if text is None or len(data) < (30 if data[:4] == b"mluc" else 10):
        return b""
    made = _made(data[:4], text if _KNOWN.fullmatch(text) else " ", len(data))
    return data if data in made else made[0]


def text_of(data: bytes) -> str | None:
    """The first text of a tag; None for data of another type."""
    match data[:4]:
        case b"text":
            return data[8:].partition(b"\0")[0].decode("latin-1")
        case b"desc":
            return data[12 : 12 + int.from_bytes(data[8:12])].partition(b"\0")[0].decode("latin-1")
        case b"mluc":
            length, at = int.from_bytes(data[20:24]), int.from_bytes(data[24:28])
            return data[at : at + length].decode("utf-16-be", "replace").rstrip("\0")
        case _:
            return None


def _made(kind: bytes, text: str, size: int) -> list[bytes]:
    """The forms in which writers put a text into so many bytes; the plainest first."""
    plain, wide = text.encode("latin-1", "replace"), text.encode("utf-16-be")
    if kind == b"text":
        forms = [b"text\0\0\0\0" + plain + b"\0"]
    elif kind == b"mluc":
        start = b"mluc\0\0\0\0" + (1).to_bytes(4) + (12).to_bytes(4)
        forms = [
            start + where + (len(wide) + more).to_bytes(4) + (28).to_bytes(4) + wide
            for where in (b"enUS", b"en\0\0")
            for more in (0, 2)
        ]
    else:
        start = b"desc\0\0\0\0" + (len(plain) + 1).to_bytes(4) + plain + b"\0"
        forms = [
            start,
            start + bytes(8 + 2) + bytes([len(plain) + 1 & 255]) + plain,
            start
            + bytes(4)
            + (len(plain) + 1).to_bytes(4)
            + wide
            + bytes(2 + 2)
            + bytes([len(plain) + 1 & 255])
            + plain,
        ]
    return [form.ljust(size, b"\0")[:size] for form in forms]
