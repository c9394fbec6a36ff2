"""What the machine computes with, without loading a library of it into this process."""
