"""The site's colour as rules of a style sheet: pages may not have inline styles."""

from __future__ import annotations

# Contrast to white or to the dark surface. WCAG 2.2 requires 4.5 for AA (1.4.3) and 7 for AAA
# (1.4.6); a little more, as our surfaces are not quite white or black.
OF_CONTROLS, OF_TEXT = 4.8, 8.2


def accent_rules(accent: str) -> str:
    """``accent`` is ``#rrggbb``."""
    return (
        f":root {{ --accent: {_in_both(accent, OF_CONTROLS)}; "
        "--accent-text: light-dark(#fff, #111); "
        f"--accent-ink: {_in_both(accent, OF_TEXT)}; }}\n"
    )


def _in_both(colour: str, contrast: float) -> str:
    light, dark = (_readable(colour, contrast, on_dark=is_dark) for is_dark in (False, True))
    return f"light-dark({light}, {dark})"


def _readable(colour: str, contrast: float, *, on_dark: bool) -> str:
    """The colour, darkened or lightened until text of it, or on it, has this contrast."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    towards, other = (255, (0x1E, 0x21, 0x20)) if on_dark else (0, (255, 255, 255))
    while _contrast(parts, other) < contrast:
        parts = [
            round(part + (towards - part) * 0.08) if abs(towards - part) > 6 else towards
            for part in parts
        ]
    return "#" + "".join(f"{part:02x}" for part in parts)


def _contrast(one: list[int], other: tuple[int, int, int]) -> float:
    bright, dark = sorted((_luminance(one), _luminance(list(other))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(parts: list[int]) -> float:
    linear = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
