"""Take roles on

The column of sign-ups is added by itself: SQLite would make the table anew in a
batch, and its CHECKs would be lost on the way.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KINDS = (
    *("steward", "medic", "speaker", "helper", "welcome", "interpreter"),
    *("legal_observer", "photographer", "driver", "childcare", "own"),
)


def upgrade() -> None:
    op.create_table(
        "event_roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *_KINDS,
                name="rolekind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("places_taken", sa.Integer(), nullable=False),
        sa.Column("starts_after", sa.Integer(), nullable=True),
        sa.Column("ends_after", sa.Integer(), nullable=True),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "places >= 1", name=op.f("ck_event_roles_at_least_one_place")
        ),
        sa.CheckConstraint(
            "places_taken >= 0 AND places_taken <= places",
            name=op.f("ck_event_roles_not_over_its_places"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.id"],
            name=op.f("fk_event_roles_event_id_events"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_roles")),
    )
    op.create_index(op.f("ix_event_roles_event_id"), "event_roles", ["event_id"])
    op.execute(
        "ALTER TABLE sign_ups ADD COLUMN role_id INTEGER "
        "CONSTRAINT fk_sign_ups_role_id_event_roles "
        "REFERENCES event_roles (id) ON DELETE RESTRICT"
    )
    op.create_index(op.f("ix_sign_ups_role_id"), "sign_ups", ["role_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_sign_ups_role_id"), table_name="sign_ups")
    op.drop_column("sign_ups", "role_id")
    op.drop_table("event_roles")
