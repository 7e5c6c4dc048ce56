"""A network, or an event, has so many attempts in ten minutes; nothing is lost."""

import pickle

import factories
import pytest
from smtp import free_port
from supporters import rows, sign_up

from campaign.limits import access
from campaign.limits.buckets import Bucket, Buckets, network_of

HERE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def event(app):
    return factories.event(title="Vigil for Aleppo")


@pytest.fixture
def few(monkeypatch):
    """Let a network do each thing twice, and an event take three sign-ups."""
    for kind, bucket in access._NETWORKS.items():
        monkeypatch.setitem(access._NETWORKS, kind, bucket._replace(most=2))
    monkeypatch.setitem(access._EVENTS, "sign_up", Bucket("sign_up_to", 3, 600))


def post(client, event, number, address="192.0.2.7"):
    form = {"name": f"N {number}", "email": f"n{number}@example.org", "party_size": "1"}
    path = f"/events/{event.slug}/sign-ups"
    return client.post(path, data=form, environ_base={"REMOTE_ADDR": address})


def test_who_signs_up_too_often_is_told_when_to_come_back_and_keeps_the_form(
    client, event, few
):
    assert [post(client, event, n).status_code for n in range(2)] == [303, 303]
    answer = post(client, event, 3, "192.0.2.200")  # the same network
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 1200
    assert 'value="N 3"' in answer.text
    assert 'value="n3@example.org"' in answer.text
    assert "Very many people are signing up just now" in answer.text
    assert len(rows()) == 2
    assert post(client, event, 4, "192.0.3.1").status_code == 303
    assert post(client, event, 5, "198.51.100.1").status_code == 429  # the event
    assert post(client, factories.event(), 6, "198.51.100.1").status_code == 303


def test_links_to_sign_in_are_counted_for_the_network(client, few):
    path, form = "/sign-in?next=/manage/events", {"email": "olga@example.org"}
    answers = [client.post(path, data=form, environ_base=HERE) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Many people ask for a link just now" in answers[2].text
    assert 'value="olga@example.org"' in answers[2].text
    assert int(answers[2].headers["Retry-After"]) > 0


def test_mail_that_is_asked_for_again_is_counted_too(client, event, few, outbox):
    sign_up(client, event)
    token = outbox[0].body_text.partition("/sign-ups/")[2][:43]
    answers = [client.post(f"/sign-ups/{token}/mail") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [409, 409, 429]
    assert "Very many people ask for the same just now" in answers[2].text
    assert int(answers[2].headers["Retry-After"]) > 0


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_hall_full_of_people_signs_up_behind_one_network(app, client, event):
    buckets = app.extensions["buckets"]
    network, of_event = access._NETWORKS["sign_up"], access._EVENTS["sign_up"]
    for _ in range(1_500):
        assert buckets.wait(network, network_of("192.0.2.7")) == 0
        assert buckets.wait(of_event, str(event.id)) == 0
    assert post(client, event, 1).status_code == 303


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("192.0.2.255", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:0:ab12::1", "2001:db8:0:ab00::/56"),
        ("2001:db8:0:abff:1:2:3:4", "2001:db8:0:ab00::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_an_address_is_counted_for_its_network(address, network):
    assert network_of(address) == network


def test_no_address_stands_in_memory_and_each_start_has_another_secret():
    bucket = Bucket("sign_up", 2, 600)
    first, second = Buckets("", b"one"), Buckets("", b"two")
    for buckets in (first, second):
        buckets.wait(bucket, "192.0.2.0/24")
    kept = [dict(each._here.storage.storage) for each in (first, second)]
    assert len(kept[0]) == len(kept[1]) == 1
    assert set(kept[0]).isdisjoint(kept[1])
    assert b"192.0.2" not in pickle.dumps(kept)


def test_a_redis_that_is_down_turns_nobody_away_and_the_process_counts_by_itself():
    buckets = Buckets(f"redis://127.0.0.1:{free_port()}/0", b"secret")
    bucket = Bucket("sign_up", 2, 600)
    waits = [buckets.wait(bucket, "192.0.2.0/24") for _ in range(3)]
    assert waits[:2] == [0, 0]
    assert waits[2] > 0


@pytest.mark.parametrize("url", ["memcached://127.0.0.1", "redis", "memory://"])
def test_what_is_no_redis_is_refused(url):
    with pytest.raises(Exception, match=r"."):
        Buckets(url, b"secret")
