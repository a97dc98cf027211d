"""Writing through the API: the shapes of bodies, their way to the one door, and the views that take them."""
