"""Figures that can hardly be right, figures that cannot all be true, printed claims."""
