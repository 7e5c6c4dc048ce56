"""The organisers' side: what needs doing, the own account, groups."""
