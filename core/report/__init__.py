"""The report that is handed on: one HTML file, and tables."""
