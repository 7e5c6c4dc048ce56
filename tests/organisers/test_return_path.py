"""Where signing in may lead to: pages of this site and no other one."""

import pytest

from campaign.organisers.return_path import LONGEST, own_path


@pytest.mark.parametrize(
    "path",
    ["/", "/manage/", "/manage/events/vigil/edit?day=x&lang=ar", "/a//b", "/%09/x"],
)
def test_a_path_of_this_site_is_kept(path):
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "manage",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\t//evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\x00//evil.example",
        " //evil.example",
        "/ /evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/manage/\r\nSet-Cookie: a=b",
        "/مظاهرة",
        "/" + "a" * LONGEST,
    ],
)
def test_what_could_lead_elsewhere_is_refused(path):
    assert own_path(path) == ""
