"""What is called how in a data folder, and where its database's changes are."""

from __future__ import annotations

from pathlib import Path

DATABASE = "keepsake.sqlite3"  # in the data folder
MIGRATIONS = Path(__file__).parent.parent / "migrations"
