"""Tell it in several languages

What is published keeps its texts in other languages beside its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TABLES = ("campaigns", "action_days", "events")


def upgrade() -> None:
    for table in _TABLES:
        column = sa.Column(
            "told_elsewhere", sa.JSON(), nullable=False, server_default="{}"
        )
        op.add_column(table, column)


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "told_elsewhere")
