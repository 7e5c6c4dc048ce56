"""How articles are written: drafts, versions, links to a preview, files taken in."""
