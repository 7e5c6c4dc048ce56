"""Alembic's environment: migrations run over the app's own connection."""

from typing import Any, Literal

from alembic import context
from flask import current_app

from campaign.database import Model, UtcDateTime

config = context.config


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types as what they are in the database: a migration
    must still run when our types have long changed.
    """
    is_instant = kind == "type" and isinstance(item, UtcDateTime)
    return "sa.DateTime(timezone=True)" if is_instant else False


def run() -> None:
    """Migrate in one transaction, on SQLite too, so that a migration that dies
    half-way leaves nothing behind and can be run again.
    """
    engine = current_app.extensions["sqlalchemy"].engine
    # The option makes the transaction a writer from its first statement.
    with engine.connect().execution_options(campaign_writes=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_as_batch=True,
            transactional_ddl=True,
            compare_type=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
