"""Explanations as text, Markdown and LaTeX."""
