"""iCalendar, Atom and JSON: what other programs read of the site."""
