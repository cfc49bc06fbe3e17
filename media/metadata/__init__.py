"""Reading what files say of themselves: EXIF, XMP, IPTC, and the containers that carry them."""
