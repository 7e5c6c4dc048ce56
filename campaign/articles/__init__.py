"""Explainer articles, who wrote them and where they first appeared."""
