"""The values that the rest of the package passes around."""
