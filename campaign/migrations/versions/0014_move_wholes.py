"""Move wholes

Campaigns and action days whose events go along when they are called off.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "whole_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("action_day_id", sa.Integer(), nullable=True),
        sa.Column("move", sa.String(length=20), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_until", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{column}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_whole_moves_{column}_id_{table}"),
                ondelete="RESTRICT",
            )
            for column, table in (
                ("campaign", "campaigns"),
                ("action_day", "action_days"),
                ("organiser", "organisers"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_whole_moves")),
    )
    op.create_index(
        op.f("ix_whole_moves_campaign_id"), "whole_moves", ["campaign_id"]
    )
    for table in ("action_days", "events"):
        op.add_column(
            table,
            sa.Column(
                "is_off_with_whole",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
            ),
        )


def downgrade() -> None:
    for table in ("action_days", "events"):
        op.drop_column(table, "is_off_with_whole")
    op.drop_table("whole_moves")
