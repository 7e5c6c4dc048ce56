"""What campaigns, action days, events and articles have in common.

They belong to a group, live from draft to published, postponed or cancelled, keep
their address for ever, and are edited by several people at once without loss.
"""
