"""Readers of the locks of installers (pylock.toml, uv, Poetry, PDM); the lock of extdeps itself is in `lockfile`."""
