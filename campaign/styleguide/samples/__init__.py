"""Things that are nowhere in the database, in every state that components know.

What people write is written here in two languages, since pages mix them; the words
around it are the site's own, in the language of whoever looks.
"""
