"""From rankings to numbers with intervals: metrics, runs, comparisons, results."""
