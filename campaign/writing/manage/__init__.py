"""The organisers' pages about the writing of articles."""
