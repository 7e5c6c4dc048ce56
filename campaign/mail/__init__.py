"""The outbox: mails written in the transaction of what they tell about, then sent."""
