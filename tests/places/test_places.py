"""Zones, countries and languages that forms offer."""

from zoneinfo import ZoneInfo, available_timezones

from babel import Locale

from campaign.places.countries import countries_by_name, country_codes
from campaign.places.languages import language_codes, languages_by_name
from campaign.places.words import REGIONS
from campaign.places.zones import UTC, zone_names, zones_by_region


def test_every_zone_on_the_list_has_rules():
    assert len(zone_names()) > 400
    assert zone_names() <= available_timezones()
    for zone in zone_names():
        assert ZoneInfo(zone)


def test_every_country_with_a_clock_of_its_own_is_there():
    named = {"Europe/Oslo", "Europe/Kyiv", "Asia/Kolkata", "Africa/Cairo", UTC}
    assert named <= zone_names()


def test_zones_stand_under_their_region_by_their_city():
    zones = zones_by_region("en")
    assert ("Europe/Berlin", "Berlin") in zones["Europe"]
    assert ("America/Argentina/Buenos_Aires", "Buenos Aires") in zones["America"]
    assert set(zones) <= set(REGIONS)
    assert sum(map(len, zones.values())) == len(zone_names()) - 1
    cities = [city.casefold() for _zone, city in zones["Asia"]]
    assert cities == sorted(cities)


def test_cities_and_countries_have_the_readers_words():
    assert ("Europe/Berlin", "برلين") in zones_by_region("ar")["Europe"]
    assert ("DE", "ألمانيا") in countries_by_name("ar")
    assert ("DE", "Germany") in countries_by_name("en")


def test_countries_are_those_of_the_standard_and_nothing_else():
    codes = country_codes()
    assert len(codes) == 249
    assert {"PS", "TW", "SY", "XK", "EU", "ZZ", "001"} & codes == {"PS", "TW", "SY"}
    names = [name.casefold() for _code, name in countries_by_name("en")]
    assert names == sorted(names)


def test_every_language_that_is_offered_has_a_direction():
    assert {"en", "ar", "he", "ckb", "fa", "de"} <= language_codes()
    for code, name in languages_by_name("en"):
        assert name
        assert Locale.parse(code).text_direction in ("ltr", "rtl")
