"""Agree once more

A consent that was withdrawn can be given again: as a row of its own, so that what was
withdrawn stays in the history. One of a purpose stands at a time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ONCE = "uq_consents_sign_up_id_purpose_id"
_STANDING = "ix_consents_sign_up_id_purpose_id_standing"
_ALL = "ix_consents_sign_up_id"


def upgrade() -> None:
    with op.batch_alter_table("consents") as batch:
        batch.drop_constraint(_ONCE, type_="unique")
    op.create_index(_ALL, "consents", ["sign_up_id"])
    stands = sa.text("withdrawn_at IS NULL")
    op.create_index(
        _STANDING,
        "consents",
        ["sign_up_id", "purpose_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )


def downgrade() -> None:
    op.drop_index(_STANDING, "consents")
    op.drop_index(_ALL, "consents")
    # There was room for one: the newest says what holds.
    op.execute(
        "DELETE FROM consents WHERE id NOT IN "
        "(SELECT MAX(id) FROM consents GROUP BY sign_up_id, purpose_id)"
    )
    with op.batch_alter_table("consents") as batch:
        batch.create_unique_constraint(_ONCE, ["sign_up_id", "purpose_id"])
