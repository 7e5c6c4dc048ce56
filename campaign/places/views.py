"""Cities to choose from, for the fields in which a place is typed."""

from flask import Blueprint, Response, jsonify, request

from ..language import city_words
from ..lib.text import one_line
from .cities import City
from .search import suggest_cities

blueprint = Blueprint("places", __name__)

_DAY = 86_400
_LONGEST = 100


@blueprint.get("/places.json")
def index() -> Response:
    """The cities that `q` may mean, the likeliest first, in the words of `lang`."""
    asked = one_line(request.args.get("q", ""))[:_LONGEST]
    response = jsonify(places=[_place(city) for city in suggest_cities(asked)])
    # They change with a release of the site, and typing asks for the same again.
    response.cache_control.public = True
    response.cache_control.max_age = _DAY
    response.vary.add("Accept-Language")
    return response


def _place(city: City) -> dict[str, object]:
    return {
        "name": city_words(city),
        "country": city.country or None,
        "region": city.region or None,
        "latitude": city.point.latitude,
        "longitude": city.point.longitude,
        "timezone": city.zone,
    }
