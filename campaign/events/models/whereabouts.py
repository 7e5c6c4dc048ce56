"""Where lists and maps show an event: never more exactly than strangers may know.

The point is derived when an event is written, from nothing but what everybody may see
of it: its own coordinates where its address is public, else the middle of its city.
So whoever searches by distance, however cleverly, learns of a hidden address only the
city that is told anyway.
"""

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import String, event, false, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from ...places.cities import DATA_VERSION, City, find_city
from ...places.search import find_one
from ...places.sphere import Point, Vector, point_of
from ..disclosure import AddressLevel, Spot
from .kinds import Attendance

if TYPE_CHECKING:
    from .event import Event

#: The columns that it follows from.
SOURCES: Final = (
    *("attendance", "locality", "region", "country"),
    *("latitude", "longitude", "address_level"),
)


class Whereabouts:
    """The columns of the point, as a vector: see `places/sphere.py`."""

    #: How to get there, in the host's words; told with the address.
    directions: Mapped[str] = mapped_column(default="", server_default="")
    city_id: Mapped[int | None] = mapped_column(index=True)  # GeoNames' own
    shown_x: Mapped[float | None]
    shown_y: Mapped[float | None]
    shown_z: Mapped[float | None]
    is_shown_exactly: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )
    #: Which edition of the data about cities it was looked up in.
    located_by: Mapped[str] = mapped_column(String(20), default="", server_default="")

    @property
    def spot(self) -> Spot | None:
        """Where lists and maps show it, None where they do not."""
        if self.shown_x is None or self.shown_y is None or self.shown_z is None:
            return None
        point = point_of(Vector(self.shown_x, self.shown_y, self.shown_z))
        return Spot(point, self.is_shown_exactly, self.city)

    @property
    def city(self) -> City | None:
        return find_city(self.city_id) if self.city_id is not None else None


def located(row: Any) -> dict[str, Any]:
    """Return the derived columns of an event, from a row that has those it needs."""
    city = (
        find_one(row.locality, row.region or "", row.country or "")
        if row.locality
        else None
    )
    own = row.latitude is not None and row.longitude is not None
    is_online = row.attendance == Attendance.ONLINE
    # Before a row is added nothing stands for the default of its column.
    is_public = (row.address_level or AddressLevel.PUBLIC) == AddressLevel.PUBLIC
    is_exact = own and is_public and not is_online
    point = Point(row.latitude, row.longitude) if is_exact else None
    if city is not None and not (is_exact or is_online):
        point = city.point
    x, y, z = point.vector if point is not None else (None, None, None)
    return {
        "city_id": city.id if city is not None else None,
        "shown_x": x,
        "shown_y": y,
        "shown_z": z,
        "is_shown_exactly": is_exact,
        "located_by": DATA_VERSION,
    }


def keep_located(model: type["Event"]) -> None:
    """Derive the point anew whenever an event is written that it follows from."""

    @event.listens_for(model, "before_insert")
    def insert(_mapper: Mapper[Any], _connection: Any, row: Any) -> None:
        _locate(row)

    @event.listens_for(model, "before_update")
    def write(_mapper: Mapper[Any], _connection: Any, row: Any) -> None:
        state = inspect(row).attrs
        if any(state[name].history.has_changes() for name in SOURCES):
            _locate(row)


def _locate(row: Any) -> None:
    for name, value in located(row).items():
        setattr(row, name, value)
