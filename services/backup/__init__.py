"""Copies of all that must be kept, in a folder of their own, each whole."""

from services.backup.folder import BackupFolder, Copy, NotABackup, copy_in
from services.backup.make import Backup, Done, back_up, last_backup

__all__ = [
    "Backup", "BackupFolder", "Copy", "Done", "NotABackup", "back_up", "copy_in", "last_backup",
]  # fmt: skip
