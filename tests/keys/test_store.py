"""The key store."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from stat import S_IMODE
from threading import Barrier

import pytest
from sqlalchemy import make_url

from campaign.keys.store import KeyDestroyed, KeyStore


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'keys.sqlite3'}"
    server = make_url(request.getfixturevalue("postgresql"))
    address = server.set(drivername="postgresql+psycopg")
    return address.render_as_string(hide_password=False)


@pytest.fixture
def store(url: str) -> Iterator[KeyStore]:
    opened = KeyStore(url)
    for name in opened.names():
        opened.destroy(name)
    yield opened
    opened.engine.dispose()


def test_a_key_is_made_once_and_found_again(store: KeyStore) -> None:
    key = store.find_or_make("event:1")
    assert len(key) == 32
    assert store.find_or_make("event:1") == store.key("event:1") == key
    assert store.find_or_make("event:2") != key
    assert store.names() == ["event:1", "event:2"]


def test_what_is_destroyed_is_gone(store: KeyStore) -> None:
    key = store.find_or_make("event:1")
    store.destroy("event:1")
    store.destroy("event:1")
    with pytest.raises(KeyDestroyed):
        store.key("event:1")
    assert store.find_or_make("event:1") != key


def test_two_who_need_a_key_at_once_get_the_same(url: str, store: KeyStore) -> None:
    start = Barrier(4)

    def make(_number: int) -> bytes:
        own = KeyStore(url)
        start.wait(timeout=30)
        key = own.find_or_make("event:1")
        own.engine.dispose()
        return key

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(make, range(4)))) == 1


def test_a_destroyed_key_is_in_no_file_any_more(tmp_path: Path) -> None:
    store = KeyStore(f"sqlite:///{tmp_path / 'keys.sqlite3'}")
    key = store.find_or_make("event:1")
    assert any(key in file.read_bytes() for file in tmp_path.iterdir())
    store.destroy("event:1")
    assert not any(key in file.read_bytes() for file in tmp_path.iterdir())
    store.engine.dispose()


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    store = KeyStore(f"sqlite:///{tmp_path / 'keys.sqlite3'}")
    store.find_or_make("event:1")
    for file in tmp_path.iterdir():
        assert S_IMODE(file.stat().st_mode) & 0o077 == 0
    store.engine.dispose()
