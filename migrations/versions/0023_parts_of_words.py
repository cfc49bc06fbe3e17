"""the index of words finds parts of words, in any script, and knows kinds, dates and categories

It holds each three letters that follow each other, of texts as `models.folding` has them:
SQLite calls that function in triggers, so only Keepsake can write to uploads.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

COLUMNS = "title, description, name, tags, camera, facets"
CHANGING = (
    "title, description, name, extension, camera, visibility, expires_at, user_id, rank, kind, "
    "is_animated, nsfw, format, taken_at, category_id"
)
TRIGGERS = ("insert", "delete", "update", "tag_insert", "tag_delete")
# The kinds of facets are those of `models.upload.facets`.
AUDIENCE = """CASE WHEN expires_at IS NOT NULL THEN 4 ELSE
    CASE visibility WHEN 'private' THEN 0 WHEN 'members' THEN 1 WHEN 'unlisted' THEN 2 ELSE 3 END
END"""


def number(value):
    return f"0xE000 + ({value}) / 4096 % 4096, 0xE000 + ({value}) % 4096"


def facet(kind, *numbers):
    return f"char(0xF000 + {kind}, {', '.join(number(value) for value in numbers)})"


def small(kind, *values):
    return f"char(0xF000 + {kind}, {', '.join(f'0xE000 + {value}' for value in values)})"


def of_label(label, audience, owner):
    """What has a tag or a category, for each who finds it."""
    return f"{facet(f'{audience} + ' + AUDIENCE, label)} || {facet(owner, label, OWNER)}"


OWNER = "coalesce(user_id, 0)"
YEAR, MONTH = "substr(taken_at, 1, 4) % 4096", "substr(taken_at, 6, 2)"
CATEGORY = f"{facet(9, 'category_id')} || {of_label('category_id', 0x20, 10)}"
KIND = "CASE WHEN kind = 'video' THEN 2 ELSE is_animated END"
FACETS = f"""(SELECT {facet(1, AUDIENCE)} || {facet(2, OWNER)} || {small(5, KIND, "nsfw")}
    || char(0xF006) || format || char(0xF007)
    || iif(taken_at IS NULL, '', {small(8, YEAR, MONTH)})
    || iif(category_id IS NULL, '', {CATEGORY})
    || coalesce((SELECT group_concat({facet(3, "tag_id")} || {of_label("tag_id", 0x10, 4)}, '')
                 FROM upload_tag WHERE upload_id = u.id), ''))"""
VALUES = f"""u.rank, folded(u.title), folded(u.description), folded(u.name || '.' || u.extension),
    folded((SELECT group_concat(t.name, ', ') FROM upload_tag ut JOIN tag t ON t.id = ut.tag_id
            WHERE ut.upload_id = u.id)),
    folded(u.camera), {FACETS}"""
INSERT = f"INSERT INTO upload_fts (rowid, {COLUMNS}) SELECT {VALUES} FROM upload u"


def upgrade():
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER upload_fts_{name}")
    op.execute("DROP TABLE upload_words")
    op.execute("DROP TABLE upload_fts")
    op.execute(
        f"CREATE VIRTUAL TABLE upload_fts USING fts5({COLUMNS}, "
        "tokenize='trigram case_sensitive 1', columnsize=0)"
    )
    op.execute(INSERT)
    op.execute(
        f"CREATE TRIGGER upload_fts_insert AFTER INSERT ON upload BEGIN {INSERT} "
        "WHERE u.id = new.id; END"
    )
    op.execute(
        "CREATE TRIGGER upload_fts_delete AFTER DELETE ON upload BEGIN "
        "DELETE FROM upload_fts WHERE rowid = old.rank; END"
    )
    op.execute(
        f"CREATE TRIGGER upload_fts_update AFTER UPDATE OF {CHANGING} ON upload BEGIN "
        f"DELETE FROM upload_fts WHERE rowid = old.rank; {INSERT} WHERE u.id = new.id; END"
    )
    for event, row in (("INSERT", "new"), ("DELETE", "old")):
        op.execute(
            f"CREATE TRIGGER upload_fts_tag_{event.lower()} AFTER {event} ON upload_tag BEGIN "
            "DELETE FROM upload_fts WHERE rowid = "
            f"(SELECT rank FROM upload WHERE id = {row}.upload_id); "
            f"{INSERT} WHERE u.id = {row}.upload_id; END"
        )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
