"""The site's colour as rules of a style sheet: pages may not have inline styles."""

from __future__ import annotations


def accent_rules(accent: str) -> str:
    """``accent`` is ``#rrggbb``."""
    light, dark = _readable(accent, on_dark=False), _readable(accent, on_dark=True)
    return (
        f":root {{ --accent: light-dark({light}, {dark}); "
        "--accent-text: light-dark(#fff, #111); }\n"
    )


def _readable(colour: str, *, on_dark: bool) -> str:
    """The colour, darkened or lightened until text of it, or on it, has a contrast of 4.5 to 1
    (WCAG 2.2, 1.4.3).
    """
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    towards, other = (255, (0x1E, 0x21, 0x20)) if on_dark else (0, (255, 255, 255))
    while _contrast(parts, other) < MIN_CONTRAST:
        parts = [
            round(part + (towards - part) * 0.08) if abs(towards - part) > 6 else towards
            for part in parts
        ]
    return "#" + "".join(f"{part:02x}" for part in parts)


MIN_CONTRAST = 4.8  # a little more than WCAG requires: our surfaces are not quite white or black


def _contrast(one: list[int], other: tuple[int, int, int]) -> float:
    bright, dark = sorted((_luminance(one), _luminance(list(other))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(parts: list[int]) -> float:
    linear = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
