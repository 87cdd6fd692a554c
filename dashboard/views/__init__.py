"""One short script a page: load, guard, control, draw."""
