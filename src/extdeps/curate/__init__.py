"""Keeping the data true: its layout and its faults."""
