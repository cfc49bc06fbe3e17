"""Copies of all that must be kept, in a folder of their own, each whole."""

from services.backup.folder import BackupFolder, Copy, NotABackup, copy_in
from services.backup.known import Done, last_backup
from services.backup.lock import BackupRuns
from services.backup.make import Backup, Wishes, back_up, back_up_some

__all__ = [
    "Backup", "BackupFolder", "BackupRuns", "Copy", "Done", "NotABackup", "Wishes", "back_up",
    "back_up_some", "copy_in", "last_backup",
]  # fmt: skip
