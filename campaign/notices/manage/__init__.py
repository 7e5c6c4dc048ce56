"""The organisers' pages of mails to many: their kinds, and messages of one's own."""
