"""The words for the kinds of mails, as organisers read them."""

from flask_babel import lazy_gettext as _l

from .kinds import MailKind

#: What a mail is called, and when it is sent.
KINDS = {
    MailKind.CONFIRM: (
        _l("Confirm your place"),
        _l("When somebody signs up, to prove that the address is theirs."),
    ),
    MailKind.GOING: (_l("You’re in"), _l("When somebody has a place.")),
    MailKind.ON_WAITING_LIST: (
        _l("You are on the list"),
        _l("When somebody waits for a place, or for your approval."),
    ),
    MailKind.PLACE_OFFERED: (
        _l("A place is yours"),
        _l("When a place becomes free for somebody who waits."),
    ),
    MailKind.OFFER_LAPSED: (
        _l("The place went to the next"),
        _l("When an offered place was not taken in time."),
    ),
    MailKind.TURNED_AWAY: (
        _l("No place"),
        _l("When you turn away somebody who waits."),
    ),
    MailKind.LEFT: (
        _l("Your place is free again"),
        _l("When somebody leaves the event."),
    ),
    MailKind.CHANGED: (
        _l("It has changed"),
        _l("When you change the title, the time or the place: old and new."),
    ),
    MailKind.POSTPONED: (_l("It is postponed"), _l("When you postpone the event.")),
    MailKind.CANCELLED: (_l("It is cancelled"), _l("When you cancel the event.")),
    MailKind.RESUMED: (
        _l("It takes place"),
        _l("When you publish again what was postponed or cancelled."),
    ),
    MailKind.REMINDER: (
        _l("Reminder"),
        _l("At 11:00 on the day before, by the clock of the event."),
    ),
    MailKind.THANK_YOU: (
        _l("Thank you"),
        _l("At 11:00 on the day after, with what is next in the campaign."),
    ),
}
#: What becomes of it without the mail, where one has to know.
WITHOUT = {
    MailKind.PLACE_OFFERED: _l(
        "Without it a place that becomes free is not offered: it goes at once to "
        "whoever is next, and “You’re in” tells them."
    ),
    MailKind.CANCELLED: _l(
        "Without it people come in vain, unless you tell them in another way."
    ),
}
#: To whom a message goes.
AUDIENCES = {
    "going": _l("Those who are going"),
    "waiting": _l("Those on the waiting list"),
    "all": _l("Both"),
}


def kind_title(kind: MailKind) -> str:
    """Return what a kind of mail is called."""
    return str(KINDS[kind][0])
