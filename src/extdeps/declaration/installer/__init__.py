"""What installers are given, and what they say would be installed."""
