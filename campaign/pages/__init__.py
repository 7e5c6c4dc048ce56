"""The home page, the pages about the site, and the pages of errors."""
