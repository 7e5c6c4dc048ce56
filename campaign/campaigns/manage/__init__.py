"""The organisers' pages of campaigns and of action days."""
