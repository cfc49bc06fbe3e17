"""Repair what is wrong with the database: counts anew, and no row that refers to nothing."""

from __future__ import annotations

from dataclasses import replace

from models import begin_write, db
from models.dangling import REFERENCES, can_be_mended, is_bookkeeping, mend, mend_keys
from models.recount import WORDS, differing, recount, write_words
from services.doctor.finding import Damage, Finding
from services.site import Site

_WORDS_AT_ONCE = 200  # some tenths of a second: uploads wait no longer


def mended(site: Site, one: Finding) -> Finding:
    """With what became of it. Raises DatabaseFault."""
    if one.damage is Damage.COUNT:
        _write(site, one.path)
        return replace(one, is_repaired=not differing(one.path))
    if one.damage is Damage.WORDS:
        _words(site)
        return replace(one, is_repaired=not differing(WORDS))
    if one.damage is Damage.REFERENCE:
        return _reference(site, one)
    return one


def _write(site: Site, count: str) -> None:
    """All of it in one transaction."""
    with site.writing:
        begin_write()
        recount(count)
        db.session.commit()


def _words(site: Site) -> None:
    """Meanwhile a search finds less. After a kill, the next look finds rows without words."""
    _write(site, WORDS)
    row: int | None = 0
    while row is not None:
        with site.writing:
            begin_write()
            row = write_words(row, _WORDS_AT_ONCE)
            db.session.commit()


def _reference(site: Site, one: Finding) -> Finding:
    """Rows that people made are told of, and left: with what they refer to restored, they are right
    again.
    """
    table, _, parent = one.path.partition(" → ")
    if parent and not is_bookkeeping(table):
        return replace(one, fault=f"Rows of {parent} were lost. Restore a backup that has them.")
    if not parent and (table not in REFERENCES or not can_be_mended(table)):
        return replace(one, fault="There is no rule for it.")
    with site.writing:
        begin_write()
        if parent:
            mend_keys(table, parent)
        else:
            mend(table)
        db.session.commit()
    return replace(one, is_repaired=True)
