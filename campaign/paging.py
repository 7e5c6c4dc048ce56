"""Long lists, a page at a time."""

from typing import Any

from flask import request
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select

from .database import db

#: More than any list has, and still a number that a database can count to.
_LAST_PAGE = 1_000_000


def page_of(query: Select[Any], per_page: int) -> Pagination:
    """Return the page of the query's rows that the address asks for with `page`.

    What is no number is the first page; a page behind the last one is empty.
    """
    return db.paginate(query, page=page_number(), per_page=per_page, error_out=False)


def page_number() -> int:
    """Return the number of the page that the address asks for."""
    asked = request.args.get("page", 1, type=int)
    return min(max(asked, 1), _LAST_PAGE)
