"""Seal the lists

Rows with people in them are read, their tables made anew, and the rows written again,
sealed under the keys of their events. On the way back they are opened again; one
whose key was destroyed has no name and no address any more.
"""

import json
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from campaign.keys.store import KeyDestroyed, keys
from campaign.lib.seal import keyed_hash, seal, unseal

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATES = (
    "pending",
    "going",
    "waiting",
    "cancelled",
    "expired",
    "attended",
    "no_show",
)


def upgrade() -> None:
    _make_tables_of_events()
    op.add_column("campaigns", _number("list_kept_days", "30"))
    op.add_column("events", _instant("sign_ups_open_at"))
    op.add_column("events", _instant("sign_ups_close_at"))
    op.add_column("events", _yes_or_no("needs_approval", sa.false()))
    op.add_column("events", _yes_or_no("has_waiting_list", sa.true()))
    op.add_column("events", _number("offer_hours", "24"))
    op.add_column("events", sa.Column("people_came", sa.Integer(), nullable=True))
    people, mails = _rows("sign_ups"), _rows("outgoing_mails")
    op.drop_table("sign_ups")
    op.drop_table("outgoing_mails")
    _make_sealed_sign_ups()
    _make_sealed_mails()
    op.create_table(
        "consents",
        *_of_a_sign_up("consents"),
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        _instant("withdrawn_at"),
        _reference("consents", "purpose_id", "consent_purposes"),
        _unique("consents", "sign_up_id", "purpose_id"),
    )
    op.create_table(
        "notices",
        *_of_a_sign_up("notices"),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        _unique("notices", "sign_up_id", "kind", "about"),
    )
    _insert("sign_ups", [_sealed_person(row) for row in people])
    _insert("outgoing_mails", [_sealed_mail(row) for row in mails])


def downgrade() -> None:
    people, mails = _rows("sign_ups"), _rows("outgoing_mails")
    for table in ("notices", "consents", "sign_ups", "outgoing_mails"):
        op.drop_table(table)
    _make_open_sign_ups()
    _make_open_mails()
    _insert("sign_ups", [_opened_person(row) for row in people])
    _insert("outgoing_mails", [_opened_mail(row) for row in mails])
    for column in (
        "people_came",
        "offer_hours",
        "has_waiting_list",
        "needs_approval",
        "sign_ups_close_at",
        "sign_ups_open_at",
    ):
        op.drop_column("events", column)
    op.drop_column("campaigns", "list_kept_days")
    for table in (
        "questions",
        "mail_settings",
        "event_log",
        "consent_purposes",
    ):
        op.drop_table(table)


# The rows


def _rows(table: str) -> list[dict[str, Any]]:
    found = op.get_bind().execute(_reflected(table).select())
    return [dict(row._mapping) for row in found]


def _insert(table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        op.get_bind().execute(_reflected(table).insert(), rows)


def _reflected(table: str) -> sa.Table:
    return sa.Table(table, sa.MetaData(), autoload_with=op.get_bind())


def _list_name(event_id: int) -> str:
    events = _reflected("events")
    uid = op.get_bind().scalar(sa.select(events.c.uid).where(events.c.id == event_id))
    return f"event:{UUID(str(uid))}"


def _sealed_person(row: dict[str, Any]) -> dict[str, Any]:
    key = keys().find_or_make(_list_name(row["event_id"]))
    person = {"name": row.pop("name"), "email": row.pop("email"), "answers": {}}
    holds = row["state"] in ("pending", "going", "attended", "no_show")
    return {
        **row,
        "sealed": seal(key, json.dumps(person).encode(), "sign-up"),
        "email_hash": keyed_hash(key, row.pop("email_key")),
        "places_held": row["party_size"] if holds else 0,
        "is_approved": False,
        "is_added_by_hand": False,
        "door_version": 0,
    }


def _opened_person(row: dict[str, Any]) -> dict[str, Any]:
    try:
        key = keys().key(_list_name(row["event_id"]))
        person = json.loads(unseal(key, row["sealed"], "sign-up"))
    except KeyDestroyed:
        person = {"name": "", "email": f"destroyed-{row['id']}"}
    kept = {name: row[name] for name in row if name in _OPEN_COLUMNS}
    email = person["email"]
    return {**kept, "name": person["name"], "email": email, "email_key": email.lower()}


_MAIL = ("recipient", "subject", "body_text", "body_html")
_OPEN_COLUMNS = (
    "id",
    "event_id",
    "token_hash",
    "token_nonce",
    "form_key_hash",
    "language",
    "party_size",
    "state",
    "hold_ends_at",
    "created_on",
    "confirmed_on",
    "calendar_id",
    "calendar_steps",
)


def _sealed_mail(row: dict[str, Any]) -> dict[str, Any]:
    content = {name: row.pop(name) for name in _MAIL}
    content["calendar"] = (row.pop("calendar") or b"").decode()
    content["unsubscribe_url"] = ""
    key = keys().find_or_make("site")
    sealed = seal(key, json.dumps(content).encode(), row["message_id"])
    return {**row, "key_name": "site", "sealed": sealed}


def _opened_mail(row: dict[str, Any]) -> dict[str, Any]:
    name, sealed, _batch = (row.pop(n) for n in ("key_name", "sealed", "batch_id"))
    try:
        content = json.loads(unseal(keys().key(name), sealed, row["message_id"]))
    except KeyDestroyed:
        content = dict.fromkeys(_MAIL, "")
    calendar = content.get("calendar", "").encode() or None
    return {**row, **{n: content[n] for n in _MAIL}, "calendar": calendar}


# The tables


def _make_tables_of_events() -> None:
    op.create_table(
        "consent_purposes",
        *_of_an_event("consent_purposes"),
        _number("position"),
        sa.Column("wording", sa.Text(), nullable=False),
        _yes_or_no("is_retired"),
    )
    op.create_table(
        "event_log",
        *_of_an_event("event_log"),
        sa.Column("organiser_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("sign_up_number", sa.Integer(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        _reference("event_log", "organiser_id", "organisers", "SET NULL"),
    )
    op.create_table(
        "mail_settings",
        *_of_an_event("mail_settings"),
        sa.Column("kind", sa.String(length=40), nullable=False),
        _yes_or_no("is_off"),
        sa.Column("words", sa.Text(), nullable=False),
        _unique("mail_settings", "event_id", "kind"),
    )
    op.create_table(
        "questions",
        *_of_an_event("questions"),
        sa.Column("uid", sa.Uuid(), nullable=False),
        _number("position"),
        _one_of("kind", "questionkind", "text", "choice", "choices", "yes_no"),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        _yes_or_no("is_required"),
        _yes_or_no("is_asked_later"),
        _yes_or_no("is_retired"),
        _unique("questions", "uid"),
    )
    for table in (
        "consent_purposes",
        "event_log",
        "mail_settings",
        "questions",
    ):
        op.create_index(op.f(f"ix_{table}_event_id"), table, ["event_id"])


def _make_sealed_sign_ups() -> None:
    op.create_table(
        "sign_ups",
        *_common_columns(),
        sa.Column("calendar_id", sa.Integer(), nullable=True),
        _reference("sign_ups", "calendar_id", "personal_calendars"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        _number("places_held"),
        sa.Column("queue_number", sa.Integer(), nullable=True),
        _instant("offer_ends_at"),
        _yes_or_no("is_approved"),
        _yes_or_no("is_added_by_hand"),
        _number("door_version"),
        sa.CheckConstraint(
            "places_held = 0 OR places_held = party_size",
            name=op.f("ck_sign_ups_holds_all_or_nothing"),
        ),
        _unique("sign_ups", "event_id", "email_hash"),
    )
    _index_sign_ups()


def _make_open_sign_ups() -> None:
    op.create_table(
        "sign_ups",
        *_common_columns(),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        _unique("sign_ups", "event_id", "email_key"),
    )
    # As the migration before this one adds it: so it can be taken away again.
    op.execute(
        "ALTER TABLE sign_ups ADD COLUMN calendar_id INTEGER CONSTRAINT "
        "fk_sign_ups_calendar_id_personal_calendars "
        "REFERENCES personal_calendars (id) ON DELETE RESTRICT"
    )
    _index_sign_ups()


def _index_sign_ups() -> None:
    op.create_index(
        "ix_sign_ups_state_hold_ends_at", "sign_ups", ["state", "hold_ends_at"]
    )
    op.create_index(op.f("ix_sign_ups_calendar_id"), "sign_ups", ["calendar_id"])


def _common_columns() -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token_nonce", sa.LargeBinary(), nullable=False),
        sa.Column("form_key_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        _number("party_size"),
        _one_of("state", "signupstate", *_STATES),
        _instant("hold_ends_at"),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        _number("calendar_steps"),
        sa.CheckConstraint(
            "party_size >= 1", name=op.f("ck_sign_ups_party_of_at_least_one")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ups")),
        _reference("sign_ups", "event_id", "events"),
        _unique("sign_ups", "token_hash"),
    ]


def _make_sealed_mails() -> None:
    op.create_table(
        "outgoing_mails",
        *_common_mail_columns(),
        sa.Column("key_name", sa.String(length=80), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
    )
    for column in ("due_at", "key_name", "batch_id"):
        op.create_index(op.f(f"ix_outgoing_mails_{column}"), "outgoing_mails", [column])


def _make_open_mails() -> None:
    op.create_table(
        "outgoing_mails",
        *_common_mail_columns(),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("calendar", sa.LargeBinary(), nullable=True),
    )
    op.create_index(op.f("ix_outgoing_mails_due_at"), "outgoing_mails", ["due_at"])


def _common_mail_columns() -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mails")),
        _unique("outgoing_mails", "message_id"),
    ]


def _of_an_event(table: str) -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        _reference(table, "event_id", "events"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _of_a_sign_up(table: str) -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sign_up_id", sa.Integer(), nullable=False),
        _reference(table, "sign_up_id", "sign_ups", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _reference(table: str, column: str, to: str, on_delete: str = "RESTRICT") -> Any:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name, ondelete=on_delete)


def _unique(table: str, *columns: str) -> Any:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _one_of(column: str, name: str, *values: str) -> Any:
    kind = sa.Enum(
        *values, name=name, native_enum=False, create_constraint=True, length=20
    )
    return sa.Column(column, kind, nullable=False)


def _instant(name: str) -> Any:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _number(name: str, default: str | None = None) -> Any:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=default)


def _yes_or_no(name: str, default: Any = None) -> Any:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=default)
