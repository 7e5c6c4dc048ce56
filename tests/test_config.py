"""Settings: what is taken from where, and what is refused in a sentence."""

from concurrent.futures import ThreadPoolExecutor

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


def test_a_secret_key_is_made_once_and_for_the_owner_alone(load, tmp_path):
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: load()["SECRET_KEY"], range(8)))
    assert len(keys) == 1
    assert len(keys.pop()) == 64
    assert [f.name for f in tmp_path.iterdir()] == ["secret-key"]
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("key", ["", "\n", "fifteen letters"])
def test_a_secret_key_that_anybody_can_guess_is_refused(load, tmp_path, key):
    given = tmp_path / "given"
    given.write_text(key)
    with pytest.raises(config.WrongSetting, match=r"^CAMPAIGN_SECRET_KEY_FILE, "):
        load(SECRET_KEY_FILE=given)
    (tmp_path / "secret-key").write_text(key)
    with pytest.raises(config.WrongSetting, match=r"/secret-key, should have 16 "):
        load()


def test_limits_can_be_off_on_a_site_of_this_machine_alone(load):
    assert load()["LIMITS"]
    for site in ("http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000"):
        assert not load(LIMITS="off", SITE_URL=site)["LIMITS"]
    with pytest.raises(config.WrongSetting, match=r"^CAMPAIGN_LIMITS is 'off'"):
        load(LIMITS="off", SITE_URL="https://act.example")
    with pytest.raises(config.WrongSetting, match=r"should be on or off"):
        load(LIMITS="none")


def test_each_start_has_a_secret_of_its_own(load):
    assert load()["START_SECRET"] != load()["START_SECRET"]
    assert load(START_SECRET="given")["START_SECRET"] == "given"


def test_a_short_secret_key_in_the_environment_is_refused(load):
    with pytest.raises(config.WrongSetting, match=r"^CAMPAIGN_SECRET_KEY should "):
        load(SECRET_KEY="secret")


def test_a_secret_key_in_a_file_is_taken_without_its_line_end(load, tmp_path):
    (tmp_path / "given").write_text("sixteen letters!\n")
    assert load(SECRET_KEY_FILE=tmp_path / "given")["SECRET_KEY"] == "sixteen letters!"
