"""A picture -> the garments in it. A leaf: imports nothing of core or dashboard."""
