"""Keep pictures"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_THINGS = ("articles", "campaigns", "action_days", "events")
_KINDS = ("articles", "campaigns", "action-days", "events")


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=16), nullable=False),
        sa.Column("extension", sa.String(length=4), nullable=False),
        _number("width"),
        _number("height"),
        sa.Column("widths", sa.JSON(), nullable=False),
        sa.Column("sizes_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("alternative_text", sa.Text(), nullable=False),
        sa.Column("is_decorative", sa.Boolean(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("credit", sa.String(length=255), nullable=False),
        sa.Column("licence", sa.String(length=20), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        _number("focus_x"),
        _number("focus_y"),
        _number("version"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "width > 0 AND height > 0", name=op.f("ck_pictures_has_a_size")
        ),
        sa.CheckConstraint(
            "focus_x BETWEEN 0 AND 100 AND focus_y BETWEEN 0 AND 100",
            name=op.f("ck_pictures_focus_inside"),
        ),
        _reference("pictures", "group_id", "groups"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("slug", name=op.f("uq_pictures_slug")),
    )
    for column in ("group_id", "sizes_due_at"):
        op.create_index(op.f(f"ix_pictures_{column}"), "pictures", [column])
    op.create_table(
        "picture_uses",
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *_KINDS,
                name="usekind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        _reference("picture_uses", "picture_id", "pictures"),
        sa.PrimaryKeyConstraint(
            "picture_id", "kind", "thing_id", name=op.f("pk_picture_uses")
        ),
    )
    for table in _THINGS:
        _add_picture(table)
        op.create_index(op.f(f"ix_{table}_picture_id"), table, ["picture_id"])


def downgrade() -> None:
    for table in _THINGS:
        op.drop_index(op.f(f"ix_{table}_picture_id"), table)
        op.drop_column(table, "picture_id")
    op.drop_table("picture_uses")
    op.drop_table("pictures")


def _add_picture(table: str) -> None:
    # Alembic adds no foreign key to a table that is there, on SQLite.
    name = f"fk_{table}_picture_id_pictures"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN picture_id INTEGER CONSTRAINT {name} "
        "REFERENCES pictures (id) ON DELETE RESTRICT"
    )


def _reference(table: str, column: str, to: str) -> Any:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name, ondelete="RESTRICT")


def _number(name: str) -> Any:
    return sa.Column(name, sa.Integer(), nullable=False)
