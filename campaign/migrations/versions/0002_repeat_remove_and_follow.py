"""Repeat, remove and follow

Columns are added one by one: SQLite would make a table anew in a batch, and its
CHECKs would be lost on the way.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PUBLISHABLE = ("action_days", "articles", "campaigns", "events")
_RHYTHMS = (
    "weekly",
    "fortnightly",
    "monthly_date",
    "monthly_last_day",
    "monthly_weekday",
    "monthly_last_weekday",
)


def upgrade() -> None:
    op.create_table(
        "calendar_fragments",
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "uid", "language", name=op.f("pk_calendar_fragments")
        ),
    )
    _make_series()
    op.create_table(
        "personal_calendars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token_nonce", sa.LargeBinary(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_calendars")),
        sa.UniqueConstraint(
            "token_hash", name=op.f("uq_personal_calendars_token_hash")
        ),
    )
    for table in _PUBLISHABLE:
        op.add_column(table, _instant("removed_at"))
    _add_reference("events", "series_id", "event_series")
    op.add_column("events", sa.Column("series_slot", sa.DateTime(), nullable=True))
    op.add_column("events", _text("own_calendar_hash"))
    op.add_column("events", _number("own_calendar_sequence"))
    op.add_column("events", _instant("own_calendar_changed_at"))
    op.create_index(
        "uq_events_series_slot", "events", ["series_id", "series_slot"], unique=True
    )
    op.add_column("feed_revisions", _text("written_by"))
    _add_reference("sign_ups", "calendar_id", "personal_calendars")
    op.add_column("sign_ups", _number("calendar_steps"))
    op.create_index(op.f("ix_sign_ups_calendar_id"), "sign_ups", ["calendar_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_sign_ups_calendar_id"), table_name="sign_ups")
    op.drop_column("sign_ups", "calendar_steps")
    op.drop_column("sign_ups", "calendar_id")
    op.drop_column("feed_revisions", "written_by")
    op.drop_index("uq_events_series_slot", table_name="events")
    for column in (
        "own_calendar_changed_at",
        "own_calendar_sequence",
        "own_calendar_hash",
        "series_slot",
        "series_id",
    ):
        op.drop_column("events", column)
    for table in _PUBLISHABLE:
        op.drop_column(table, "removed_at")
    op.drop_table("personal_calendars")
    op.drop_table("event_series")
    op.drop_table("calendar_fragments")


def _make_series() -> None:
    op.create_table(
        "event_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("continues_id", sa.Integer(), nullable=True),
        sa.Column(
            "rhythm",
            sa.Enum(
                *_RHYTHMS, name="rhythm", native_enum=False, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("first_slot", sa.DateTime(), nullable=False),
        sa.Column("last_slot", sa.DateTime(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("is_all_day", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calendar_hash", sa.String(length=64), nullable=False),
        sa.Column("calendar_sequence", sa.Integer(), nullable=False),
        sa.Column("calendar_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "last_slot >= first_slot",
            name=op.f("ck_event_series_ends_after_it_starts"),
        ),
        sa.ForeignKeyConstraint(
            ["continues_id"],
            ["event_series.id"],
            name=op.f("fk_event_series_continues_id_event_series"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_series")),
        sa.UniqueConstraint("slug", name=op.f("uq_event_series_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_event_series_uid")),
    )


def _add_reference(table: str, column: str, to: str) -> None:
    name = f"fk_{table}_{column}_{to}"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} "
        f"REFERENCES {to} (id) ON DELETE RESTRICT"
    )


def _instant(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _text(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.String(length=64), nullable=False, server_default="")


def _number(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")
