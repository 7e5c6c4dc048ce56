"""The pages of supporters, and the calendars that their apps follow."""
