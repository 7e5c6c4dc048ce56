"""Plain Python that every feature may use: no Flask, no database."""
