"""Which pages there are, and how to see that one does not fit its window.

The audit looks at them all: see `tests/audit/`.
"""

READERS = (
    "/",
    "/campaigns/planet-syria",
    "/action-days/day-of-action-for-syria",
    "/events",
    "/events/wellington-talk",
    "/events/amman-film",
    "/events/berlin-film",
    "/events/wellington-talk/check-your-mail",
    "/events/wellington-talk/poster",
    "/events/leeds-light-on-friday",
    "/series/leeds-a-light-on-every-friday",
    "/offline",
    "/articles",
    "/articles/how-to-hold-a-safe-vigil",
    "/groups/planet-syria",
    "/subscribe",
    "/subscribe?feed=/events%3Fcountry%3DGB",
    "/subscribe?feed=/series/leeds-a-light-on-every-friday",
    "/about",
    "/host",
    "/action-days/day-of-action-for-syria/host",
    "/privacy",
    "/sign-in",
)
#: Pages that say no, each with its status.
REFUSALS = {
    "/events?city=Nowhere&from=yesterday": 422,
    "/sign-in/no-such-link": 410,
    "/sign-ups/no-such-token": 404,
    "/previews/no-such-token": 410,
    "/subscribe?feed=//elsewhere.example": 404,
    "/subscribe?country=ZZ": 422,
    "/no-such-page": 404,
}
DESK = (
    "/manage/",
    "/manage/account",
    "/manage/groups/new",
    "/manage/groups/planet-syria/edit",
    *(f"/manage/{noun}" for noun in ("campaigns", "action-days", "events", "articles")),
    *(
        f"/manage/{noun}/new"
        for noun in ("campaigns", "action-days", "events", "articles")
    ),
    *(
        f"/manage/{thing}{view}"
        for thing in (
            "campaigns/planet-syria",
            "action-days/day-of-action-for-syria",
            "events/wellington-talk",
            "articles/how-to-hold-a-safe-vigil",
        )
        for view in ("", "/edit", "/preview", "/cancel")
    ),
    "/manage/pictures",
    "/manage/pictures/new",
    "/manage/events/wellington-talk/picture",
    "/manage/articles/how-to-hold-a-safe-vigil/versions",
    "/manage/articles/how-to-hold-a-safe-vigil/preview-links",
    "/manage/writing/import",
    "/manage/events/wellington-talk/articles",
    "/manage/events/wellington-talk/door",
    "/manage/events/wellington-talk/questions",
    "/manage/events/wellington-talk/questions/new",
    "/manage/events/wellington-talk/repeat",
    "/manage/events/wellington-talk/mails",
    "/manage/events/wellington-talk/mails/changed",
    "/manage/events/wellington-talk/messages",
    "/manage/events/wellington-talk/messages/new",
    "/manage/events/wellington-talk/log",
    *(
        f"/manage/events/wellington-talk/sign-ups{view}"
        for view in ("", "/new", "/export", "/sheet")
    ),
    *(
        f"/manage/events/leeds-light-on-friday{view}"
        for view in ("", "/edit", "/cancel", "/more-dates", "/leave-series")
    ),
)
#: Two pixels of the ground say whether a page follows the wish for dark.
GROUND = "getComputedStyle(document.body).backgroundColor"
#: How many pixels a page is wider than the window, and what sticks out.
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    const over = document.documentElement.scrollWidth - window.innerWidth;
    if (over <= 0) return "";
    const out = [...document.body.querySelectorAll("*")].filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width && (box.right > width + 1 || box.left < -1);
    });
    return `${over} px too wide: ` +
        out.slice(-3).map((element) => element.outerHTML.slice(0, 120)).join(" | ");
}"""

IS_SKIPPING = """() => {
    const reached = document.activeElement;
    return reached.matches(".skip-link") && reached.getBoundingClientRect().top >= 0;
}"""


def test_a_page_that_is_too_wide_is_found(visit):
    page = visit()
    page.goto("/about")
    page.evaluate("document.querySelector('main p').textContent = 'x'.repeat(400)")
    assert page.evaluate(TOO_WIDE) == "", "a long word is broken"
    page.evaluate("document.querySelector('main p').style.width = '400px'")
    assert "<p style" in page.evaluate(TOO_WIDE)
