"""Reading metadata: EXIF, XMP, IPTC, and the containers that carry them."""
