"""Limit what is sent

Turns of addresses, mails of an hour, and of each mail what it is about and how urgent.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_turns",
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("free_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_mail_turns")),
    )
    op.create_index(op.f("ix_mail_turns_free_at"), "mail_turns", ["free_at"])
    op.create_table(
        "mail_hours",
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_mail_hours")),
    )
    _add_sign_up()
    op.create_index(
        op.f("ix_outgoing_mails_sign_up_id"), "outgoing_mails", ["sign_up_id"]
    )
    op.add_column(
        "outgoing_mails",
        sa.Column("priority", sa.Integer(), server_default="1", nullable=False),
    )
    op.drop_index(op.f("ix_outgoing_mails_due_at"), table_name="outgoing_mails")
    op.create_index(
        "ix_outgoing_mails_priority_due_at", "outgoing_mails", ["priority", "due_at"]
    )


def downgrade() -> None:
    op.drop_index("ix_outgoing_mails_priority_due_at", table_name="outgoing_mails")
    op.create_index(op.f("ix_outgoing_mails_due_at"), "outgoing_mails", ["due_at"])
    op.drop_index(op.f("ix_outgoing_mails_sign_up_id"), table_name="outgoing_mails")
    op.drop_column("outgoing_mails", "priority")
    op.drop_column("outgoing_mails", "sign_up_id")
    op.drop_table("mail_hours")
    op.drop_table("mail_turns")


def _add_sign_up() -> None:
    # Alembic would add the column first and the reference then, which SQLite cannot.
    op.execute(
        "ALTER TABLE outgoing_mails ADD COLUMN sign_up_id INTEGER "
        "CONSTRAINT fk_outgoing_mails_sign_up_id_sign_ups "
        "REFERENCES sign_ups (id) ON DELETE CASCADE"
    )
