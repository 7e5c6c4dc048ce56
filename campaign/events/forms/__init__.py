"""The shapes of what comes in about events."""

from .filter import FilterForm, filter_form, filter_words, tidy_question

__all__ = ["FilterForm", "filter_form", "filter_words", "tidy_question"]
