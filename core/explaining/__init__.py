"""Why two pictures are alike: heat maps of what their similarity rests on."""
