"""People who sign in, their groups, their roles, their sessions."""
