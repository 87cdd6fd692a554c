"""Image (and text) encoders: a literal registry, where weights come from, and how they are served."""
