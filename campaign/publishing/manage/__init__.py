"""The organisers' pages of what is published: one desk for each kind."""
