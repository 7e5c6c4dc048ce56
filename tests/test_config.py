"""Settings: what is taken from where, and what is refused in a sentence."""

import pytest

from campaign import config


@pytest.fixture
def load(tmp_path):
    """Load the configuration of a machine on which only these settings are set."""

    def load(**settings):
        told = {"INSTANCE_PATH": tmp_path, **settings}
        return config.load({f"CAMPAIGN_{k}": str(v) for k, v in told.items()})

    return load


def test_the_address_that_is_kept_stands_behind_the_one_that_is_set(load, tmp_path):
    assert load()["SITE_URL"] == "http://127.0.0.1:8000"
    config.keep_site_url("http://127.0.0.1:8791", tmp_path)
    assert load()["SITE_URL"] == "http://127.0.0.1:8791"
    told = load(SITE_URL="https://act.example")
    assert told["SITE_URL"] == "https://act.example"


def test_an_address_that_is_kept_takes_the_place_of_the_one_before(load, tmp_path):
    for port in (8791, 8792):
        config.keep_site_url(f"http://127.0.0.1:{port}", tmp_path)
    assert load()["SITE_URL"] == "http://127.0.0.1:8792"
    assert {f.name for f in tmp_path.iterdir()} == {"site-url", "secret-key"}
