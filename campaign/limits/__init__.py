"""How often anything may be asked for: buckets in memory, turns and hours in SQL."""
