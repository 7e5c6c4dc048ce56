"""Say who wrote what

An article can have several authors, a licence, a translator, and be a translation of
another one. On the way back the first author stays, and what only this knows goes.
Columns are added one by one: SQLite would make a table anew in a batch, and its
CHECKs would be lost on the way.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KINDS = ("original", "version", "republished")


def upgrade() -> None:
    op.add_column(
        "articles", sa.Column("authors", sa.JSON(), nullable=False, server_default="[]")
    )
    _add_text("translator", 255)
    _add_text("licence_code", 40)
    _add_text("canonical_url")
    allowed = ", ".join(f"'{kind}'" for kind in _KINDS)
    op.execute(
        "ALTER TABLE articles ADD COLUMN appearance VARCHAR(20) "
        "DEFAULT 'original' NOT NULL CONSTRAINT ck_articles_appearance "
        f"CHECK (appearance IN ({allowed}))"
    )
    op.execute(
        "ALTER TABLE articles ADD COLUMN translation_of_id INTEGER CONSTRAINT "
        "fk_articles_translation_of_id_articles REFERENCES articles (id) "
        "ON DELETE RESTRICT"
    )
    op.create_index(
        "uq_articles_translation_of_id_language",
        "articles",
        ["translation_of_id", "language"],
        unique=True,
    )
    _write(_with_list)
    op.drop_column("articles", "author")
    op.drop_column("articles", "author_affiliation")


def downgrade() -> None:
    _add_text("author", 255)
    _add_text("author_affiliation", 255)
    _write(_with_one_author)
    op.drop_index("uq_articles_translation_of_id_language", table_name="articles")
    for column in (
        "translation_of_id",
        "appearance",
        "canonical_url",
        "licence_code",
        "translator",
        "authors",
    ):
        op.drop_column("articles", column)


def _write(written: Any) -> None:
    table = sa.Table("articles", sa.MetaData(), autoload_with=op.get_bind())
    # What SQLite reads back as the type of a JSON column is JSON too.
    for row in op.get_bind().execute(table.select()).mappings().all():
        values = written(row)
        op.get_bind().execute(
            table.update().where(table.c.id == row["id"]).values(**values)
        )


def _with_list(row: Any) -> dict[str, Any]:
    author = {"name": row["author"], "affiliation": row["author_affiliation"]}
    is_signed = bool(author["name"].strip())
    # That the site said so far of everything that had appeared before.
    kind = "version" if row["first_appeared_at"].strip() else "original"
    return {
        "authors": [{**author, "about": ""}] if is_signed else [],
        "appearance": kind,
    }


def _with_one_author(row: Any) -> dict[str, Any]:
    first = next(iter(row["authors"] or ()), {"name": "", "affiliation": ""})
    return {"author": first["name"], "author_affiliation": first["affiliation"]}


def _add_text(name: str, length: int | None = None) -> None:
    kind = sa.String(length=length) if length else sa.Text()
    op.add_column(
        "articles", sa.Column(name, kind, nullable=False, server_default="")
    )
