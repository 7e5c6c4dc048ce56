"""Keep versions and drafts

What articles said before, what was typed and not saved yet, and links to a preview.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=True),
        _instant("saved_at"),
        sa.Column("note", sa.String(length=255), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        *_article("article_versions"),
        *_organiser("article_versions", "SET NULL"),
        sa.UniqueConstraint(
            "article_id",
            "number",
            name=op.f("uq_article_versions_article_id_number"),
        ),
    )
    op.create_table(
        "article_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        _instant("saved_at"),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        *_organiser("article_drafts", "CASCADE"),
        sa.UniqueConstraint(
            "organiser_id", "uid", name=op.f("uq_article_drafts_organiser_id_uid")
        ),
    )
    op.create_table(
        "article_preview_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=True),
        _instant("created_at"),
        _instant("expires_at"),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        *_article("article_preview_links"),
        *_organiser("article_preview_links", "SET NULL"),
        sa.UniqueConstraint(
            "token_hash", name=op.f("uq_article_preview_links_token_hash")
        ),
    )
    for table, column in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table, column in _INDEXES:
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
    op.drop_table("article_preview_links")
    op.drop_table("article_drafts")
    op.drop_table("article_versions")


_INDEXES = (
    ("article_versions", "organiser_id"),
    ("article_drafts", "uid"),
    ("article_drafts", "saved_at"),
    ("article_preview_links", "article_id"),
    ("article_preview_links", "organiser_id"),
    ("article_preview_links", "expires_at"),
)


def _instant(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _article(table: str) -> tuple[Any, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f(f"fk_{table}_article_id_articles"),
            ondelete="RESTRICT",
        ),
    )


def _organiser(table: str, ondelete: str) -> tuple[Any, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["organiser_id"],
            ["organisers.id"],
            name=op.f(f"fk_{table}_organiser_id_organisers"),
            ondelete=ondelete,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
