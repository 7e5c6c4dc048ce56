"""Events: their places, dates, states, and what of them may be shown to whom."""
