"""Several models on the same query: columns, agreement, fusion."""
