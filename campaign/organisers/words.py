"""The words for roles, and for what has just been done."""

from flask_babel import lazy_gettext as _l

ROLES = {
    "owner": _l("Owner"),
    "organiser": _l("Organiser"),
    "reviewer": _l("Reviewer"),
    "steward": _l("Steward"),
}
#: What a page may be told to say after a redirect: `?done=saved`. Only these, since
#: anybody can write an address.
DONE = {
    "created": _l("Your draft is saved. Nobody but your group sees it yet."),
    "saved": _l("Saved."),
    "translated": _l("The translation is saved."),
    "publish": _l("It is public now."),
    "postpone": _l("It is shown as postponed now."),
    "cancel": _l("It is shown as cancelled now."),
    "remove": _l("It is off the site now. You can put it back."),
    "restore": _l("It is back, and as it was before."),
    "articles": _l("The background reading is saved."),
    "picture": _l("The picture is saved."),
    "picture-added": _l("The picture is in the library. Now say what is on it."),
    "pictures-added": _l(
        "The pictures are in the library. Now say of each what is on it."
    ),
    "replaced": _l("The new file stands wherever the old one stood."),
    "picture-changed": _l("Somebody else was quicker. This is how it stands now."),
    "picture-deleted": _l("The picture is deleted."),
    "repeated": _l("All dates are made. Each is an event of its own."),
    "more-dates": _l("The further dates are made."),
    "left-series": _l("It is an event of its own now."),
    "purged": _l("They are cleared away. You can undo it for a day."),
    "purge-undone": _l("They are back on the list."),
    "purge-undone-in-part": _l(
        "Those are back for whom there was room. Others have the places of the rest."
    ),
    "group-needed": _l("Start a group first: all that you make belongs to one."),
    "group-created": _l("Your group is there. Now start your first campaign."),
    "discarded": _l("Discarded: this is what is saved."),
    "signed-out": _l("You are signed out."),
    "session-ended": _l("That browser is signed out."),
}
