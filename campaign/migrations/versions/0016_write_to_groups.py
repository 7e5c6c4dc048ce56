"""Write to groups

Where those write to who would host an action of a campaign.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "groups",
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("groups", "contact")
