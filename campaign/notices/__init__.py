"""The mails about an event to many: what changed, what is near, what was good."""
