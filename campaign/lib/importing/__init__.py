"""Texts that were written elsewhere, as clean Markdown: files, and what is pasted.

A file goes through three doors: `files` looks at its size and finds out what it is,
`word` opens a document of a word processor, `web` turns HTML into Markdown. Whatever
is left out on the way is counted, so that it can be said.
"""
