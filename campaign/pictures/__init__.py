"""Pictures: taken in, kept in the sizes that pages need, shown where they are used."""
