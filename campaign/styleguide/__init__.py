"""One page that shows every component in every state, to look at before it is used."""
