"""The rolling day: what of an action day has begun, is on and comes next."""
