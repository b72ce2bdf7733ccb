"""The screen of `tuinet compare`."""
