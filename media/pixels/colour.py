"""Pixels in modes and colour spaces that small JPEG, PNG, GIF, WebP and AVIF files can hold: sRGB,
with or without alpha.
"""

from __future__ import annotations

import io

from PIL import Image, ImageCms

_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_PROFILE_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}


def resizable(image: Image.Image) -> Image.Image:
    """The image in a mode that can be resampled: no palette, no 1 bit, no 16 bit, transparency as
    alpha.
    """
    match image.mode:
        case "P" | "PA":
            return image.convert(
                "RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB"
            )
        case "1":
            return image.convert("L")
        # 16-bit grey; a plain convert() would clip it to white
        case "I;16" | "I;16B" | "I;16L" | "I;16N" | "I":
            return image.convert("I").point(lambda value: value / 257).convert("L")
        case "F" | "LAB" | "HSV" | "YCbCr":
            return image.convert("RGB")
        case "RGB" | "L" if "transparency" in image.info:
            return image.convert("RGBA")
        case _:
            return image


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The image in L, RGB or RGBA with sRGB values.

    ``profile`` is the ICC profile that its values follow; None, broken, or meant for other channels
    than the image has: taken as sRGB already, as browsers do.
    """
    if image.mode == "RGBA" and not profile:
        return image
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA", "PA") else None
    flat = image.convert({"RGBA": "RGB", "LA": "L"}[image.mode]) if alpha is not None else image
    flat = _through_profile(flat, profile) if profile else flat
    if flat.mode not in ("RGB", "L"):
        flat = flat.convert("RGB")
    if alpha is None:
        return flat
    flat = flat.convert("RGB")
    flat.putalpha(alpha)
    return flat


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if _PROFILE_MODES.get(source.profile.xcolor_space.strip()) != image.mode or _is_srgb(
            source
        ):
            return image
        converted = ImageCms.profileToProfile(
            image,
            source,
            _SRGB,
            outputMode="RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return converted or image


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    return (profile.profile.profile_description or "").startswith("sRGB")


def flatten(image: Image.Image) -> Image.Image:
    """Without alpha, on white: what a JPEG can hold."""
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground
