"""Facts about the site: its id, hashes of the guest key and of the set-up link, the last backup."""

from __future__ import annotations

import hmac

from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, begin_write, db, hash_secret, random_id

SITE_ID, GUEST_KEY, SETUP_TOKEN = "site_id", "guest_key_hash", "setup_token_hash"
DOCTOR = "doctor"  # how far a round has come, as `services.jobs.doctor` writes it
LAST_BACKUP = "last_backup"  # as `services.backup` writes it
# as `services.proven` writes them: the last restore that was tried and succeeded, or that failed
LAST_PROVEN, LAST_DRILL = "last_proven", "last_drill"
PROGRAM = "program"  # the version that used the database last; `models.migrate` reads it, too
BACKUPS = "backups"  # which copies there are, as `services.backup.known` writes it


PROBE_MS = 2000  # longer than any commit of ours, shorter than the timeout of a monitor


class SiteFact(Model):
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]

    @classmethod
    def read(cls, name: str) -> str:
        row = db.session.get(cls, name)
        return row.value if row else ""

    @classmethod
    def write(cls, name: str, value: str) -> None:
        row = db.session.get(cls, name) or cls(name=name)
        row.value = value
        db.session.add(row)

    @classmethod
    def site_id(cls) -> str:
        """A random name for this database, made on first use, which the caller commits; it
        marks the files that belong to it.
        """
        if not cls.read(SITE_ID):
            db.session.execute(
                insert(cls).values(name=SITE_ID, value=random_id(32)).on_conflict_do_nothing()
            )
        return cls.read(SITE_ID)

    @classmethod
    def check_writable(cls) -> None:
        """Raises DatabaseFault if the database can't be written now."""
        db.session.rollback()
        connection = db.session.connection()
        usual = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
        connection.exec_driver_sql(f"PRAGMA busy_timeout={PROBE_MS}")
        try:
            begin_write()
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={usual}")
            db.session.rollback()

    @classmethod
    def issue_secret(cls, name: str, prefix: str = "") -> str:
        """A new random text, of which only the hash is stored."""
        text = prefix + random_id(128 if prefix else 32)
        cls.write(name, hash_secret(text))
        return text

    @classmethod
    def matches(cls, name: str, text: str) -> bool:
        stored_hash = cls.read(name)
        return bool(stored_hash) and hmac.compare_digest(stored_hash, hash_secret(text))
