"""What feeds are made from, read."""
