"""One adapter a data set; each becomes the same checked table."""
