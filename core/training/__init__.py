"""Training of encoders: pictures and views, batches, objectives, the loop, and what is published of it."""
