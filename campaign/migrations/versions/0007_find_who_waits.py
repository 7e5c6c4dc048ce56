"""Find who waits at an event

Whoever signs up asks whether places are overdue, or free for those who wait. At an
event with thousands the index of its addresses would lead to all of them.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NAME = "ix_sign_ups_event_id_state_hold_ends_at"


def upgrade() -> None:
    op.create_index(_NAME, "sign_ups", ["event_id", "state", "hold_ends_at"])


def downgrade() -> None:
    op.drop_index(_NAME, "sign_ups")
