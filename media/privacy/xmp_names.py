"""Which names an XMP packet may keep: deny by default. A property is told by its namespace and
local name (ISO 16684-1 and -2, Exif in XMP).
"""

from __future__ import annotations

import re

_ADOBE, _GOOGLE = "http://ns.adobe.com/", "http://ns.google.com/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "http://www.w3.org/XML/1998/namespace"
_META = "adobe:ns:meta/"

# RDF's own: elements, and attributes with the values that they may have. An `about` names the file,
# often by an id. in which no text belongs
CONTAINERS = {_META: {"xmpmeta"}, _RDF: {"RDF", "Description", "Seq", "Bag", "Alt"}}
_ELEMENTS = {_META: {"xmpmeta"}, _RDF: {*CONTAINERS[_RDF], "li", "value"}}
_ATTRIBUTES = {
    (_RDF, "about"): re.compile(r"\s*"),
    ("", "about"): re.compile(r"\s*"),
    (_RDF, "parseType"): re.compile("Resource|Literal"),
    (XML, "lang"): re.compile(r"x-default|x-repair|[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,4})*"),
    (_META, "xmptk"): re.compile(
        r"(Adobe )?XMP (Core|Toolkit) [\d., :/c-]*|Image::ExifTool [\d.]+"
    ),
}

# What describes the work, how it was taken and how it is shown. No ids, no paths, no places, no
# people but its author.
_PROPERTIES = {
    namespace: set(names.split())
    for namespace, names in {
        "http://purl.org/dc/elements/1.1/": (
            "contributor creator date description format language publisher rights subject title "
            "type"
        ),
        _ADOBE + "xap/1.0/": "CreateDate CreatorTool Label MetadataDate ModifyDate Rating",
        _ADOBE + "xap/1.0/rights/": "Marked UsageTerms WebStatement",
        _ADOBE + "tiff/1.0/": (
            "Artist BitsPerSample Compression Copyright DateTime ImageDescription ImageLength "
            "ImageWidth Make Model Orientation PhotometricInterpretation PlanarConfiguration "
            "PrimaryChromaticities ReferenceBlackWhite ResolutionUnit SamplesPerPixel Software "
            "TransferFunction WhitePoint XResolution YCbCrCoefficients YCbCrPositioning "
            "YCbCrSubSampling YResolution"
        ),
        _ADOBE + "exif/1.0/": (
            "ApertureValue BrightnessValue ColorSpace ComponentsConfiguration CompositeImage "
            "CompressedBitsPerPixel Contrast CustomRendered DateTimeDigitized DateTimeOriginal "
            "DigitalZoomRatio ExifVersion ExposureBiasValue ExposureIndex ExposureMode "
            "ExposureProgram ExposureTime FNumber FileSource Fired Flash FlashEnergy "
            "FlashpixVersion "
            "FocalLength FocalLengthIn35mmFilm FocalPlaneResolutionUnit FocalPlaneXResolution "
            "FocalPlaneYResolution Function GainControl Gamma ISOSpeedRatings LightSource "
            "MaxApertureValue MeteringMode Mode OffsetTime OffsetTimeDigitized OffsetTimeOriginal "
            "PixelXDimension PixelYDimension RedEyeMode Return Saturation SceneCaptureType "
            "SceneType "
            "SensingMethod Sharpness ShutterSpeedValue SubSecTime SubjectArea SubjectDistance "
            "SubjectDistanceRange UserComment WhiteBalance"
        ),
        _ADOBE + "exif/1.0/aux/": (
            "ApproximateFocusDistance Firmware FlashCompensation Lens LensID LensInfo"
        ),
        "http://cipa.jp/exif/1.0/": (
            "ExposureTime Gamma ISOSpeed LensMake LensModel LensSpecification OffsetTime "
            "OffsetTimeDigitized OffsetTimeOriginal PhotographicSensitivity "
            "RecommendedExposureIndex "
            "SensitivityType StandardOutputSensitivity"
        ),
        _ADOBE + "photoshop/1.0/": (
            "AuthorsPosition CaptionWriter Category ColorMode Credit DateCreated Headline "
            "SupplementalCategories Urgency"
        ),
        _ADOBE + "hdr-gain-map/1.0/": (
            "BaseRenditionIsHDR GainMapMax GainMapMin Gamma HDRCapacityMax HDRCapacityMin "
            "OffsetHDR "
            "OffsetSDR Version"
        ),
        "http://ns.apple.com/HDRGainMap/1.0/": "HDRGainMapHeadroom HDRGainMapVersion",
        _GOOGLE + "photos/1.0/panorama/": (
            "CaptureSoftware CroppedAreaImageHeightPixels CroppedAreaImageWidthPixels "
            "CroppedAreaLeftPixels CroppedAreaTopPixels ExposureLockUsed FirstPhotoDate "
            "FullPanoHeightPixels FullPanoWidthPixels InitialCameraDolly "
            "InitialHorizontalFOVDegrees "
            "InitialViewHeadingDegrees InitialViewPitchDegrees InitialViewRollDegrees "
            "LargestValidInteriorRectHeight LargestValidInteriorRectLeft "
            "LargestValidInteriorRectTop "
            "LargestValidInteriorRectWidth LastPhotoDate PoseHeadingDegrees PosePitchDegrees "
            "PoseRollDegrees ProjectionType SourcePhotosCount StitchingSoftware UsePanoramaViewer"
        ),
        _GOOGLE + "photos/1.0/camera/": (
            "MicroVideo MicroVideoOffset MicroVideoPresentationTimestampUs MicroVideoVersion "
            "MotionPhoto MotionPhotoPresentationTimestampUs MotionPhotoVersion"
        ),
        _GOOGLE + "photos/1.0/container/": "Directory Item",
        _GOOGLE + "photos/1.0/container/item/": "Length Mime Padding Semantic",
        _GOOGLE + "videos/1.0/spherical/": (
            "CroppedAreaImageHeightPixels CroppedAreaImageWidthPixels CroppedAreaLeftPixels "
            "CroppedAreaTopPixels FullPanoHeightPixels FullPanoWidthPixels "
            "InitialViewHeadingDegrees "
            "InitialViewPitchDegrees InitialViewRollDegrees ProjectionType SourceCount Spherical "
            "StereoMode Stitched StitchingSoftware"
        ),
        "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": (
            "AltTextAccessibility ExtDescrAccessibility IntellectualGenre Scene SubjectCode"
        ),
        _ADOBE + "xap/1.0/sType/Dimensions#": "h unit w",
    }.items()
}
NAMESPACES = {_META, _RDF, XML, *_PROPERTIES}

# How a picture was edited, by what program. It goes, too, but its names ("FlatSubject",
# "ColorVariance") say nothing of a place.
_EDITING = {
    *_PROPERTIES,
    _ADOBE + "camera-raw-settings/1.0/",
    _ADOBE + "lightroom/1.0/",
    _ADOBE + "pdf/1.3/",
    _ADOBE + "xap/1.0/mm/",
    _ADOBE + "xap/1.0/sType/ResourceRef#",
    _ADOBE + "xap/1.0/sType/ResourceEvent#",
    _ADOBE + "xap/1.0/g/",
    _ADOBE + "xmp/note/",
}
_SERIAL = re.compile(r"serial|uniqueid|guid", re.IGNORECASE)
_OWNER = re.compile(r"owner|devicename|person", re.IGNORECASE)
_THUMBNAILS = {"thumbnail", "thumbnails", "image"}
# What makes a name that nobody knows one of a place, for the report alone; and what does in a
# namespace of editing.
_PLACE = re.compile(
    r"gps|lat|lon|geo|altitude|city|state|country|location|region|coverage|cell|mcc|mnc|lac|cgi|"
    r"locality|footprint|county|"
    r"municipality",
    re.IGNORECASE,
)
_CERTAIN_PLACE = re.compile(
    r"gps|latitude|longitude|altitude|city|state|country|location|coverage", re.IGNORECASE
)


def is_harmless(namespace: str, local: str) -> bool:
    """Whether an element may stay."""
    return local in _ELEMENTS.get(namespace, ()) or local in _PROPERTIES.get(namespace, ())


def is_harmless_attribute(namespace: str, local: str, value: str) -> bool:
    """Whether an attribute may stay: a property, or RDF's own with a value of its own."""
    pattern = _ATTRIBUTES.get((namespace, local))
    return (
        pattern.fullmatch(value) is not None if pattern else local in _PROPERTIES.get(namespace, ())
    )


def kind_of(namespace: str, local: str) -> str:
    """What a name that may not stay tells, in a word of the privacy report; "" where that can't be
    said.
    """
    if _SERIAL.search(local):
        return "serial numbers"
    if _OWNER.search(local):
        return "owner"
    if local.lower() == "makernote":
        return "maker note"
    if local.lower() in _THUMBNAILS:
        return "embedded thumbnail"
    return "place" if (_CERTAIN_PLACE if namespace in _EDITING else _PLACE).search(local) else ""
