"""Where bytes live."""

from media.storage.disk import MARKER, PRIVATE, PUBLIC, ROOTS, Storage

__all__ = ["MARKER", "PRIVATE", "PUBLIC", "ROOTS", "Storage"]
