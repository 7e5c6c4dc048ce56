"""The organisers' pages of sign-ups."""
