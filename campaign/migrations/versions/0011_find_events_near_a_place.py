"""Find events near a place

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-26 14:40:00

"""
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ACCESS = (
    "has_step_free_access",
    "has_accessible_toilet",
    "has_sign_language",
    "has_hearing_loop",
    "has_quiet_space",
    "has_livestream",
)
_SHOWN = ("shown_x", "shown_y", "shown_z")


def upgrade() -> None:
    for name in (*_ACCESS, "is_shown_exactly"):
        _add(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    _add(sa.Column("directions", sa.Text(), nullable=False, server_default=""))
    _add(sa.Column("city_id", sa.Integer(), nullable=True))
    for name in _SHOWN:
        _add(sa.Column(name, sa.Double(), nullable=True))
    # Empty: whoever starts the site next looks the city up.
    located_by = sa.String(length=20)
    _add(sa.Column("located_by", located_by, nullable=False, server_default=""))
    op.create_index("ix_events_shown", "events", ["shown_z", "shown_x", "shown_y"])
    op.create_index("ix_events_city_id", "events", ["city_id"])


def downgrade() -> None:
    op.drop_index("ix_events_city_id", "events")
    op.drop_index("ix_events_shown", "events")
    for name in ("located_by", *_SHOWN, "city_id", "directions"):
        op.drop_column("events", name)
    for name in ("is_shown_exactly", *_ACCESS):
        op.drop_column("events", name)


def _add(column: "sa.Column[Any]") -> None:
    op.add_column("events", column)
