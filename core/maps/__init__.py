"""The embedding space as a map: projections, places of new points, clusters, the viewer."""
