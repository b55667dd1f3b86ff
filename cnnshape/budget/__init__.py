"""Budgets: limits that the figures of nets are held to, and what came of them."""
