"""The dashboard: the only part of tuinet that imports Textual."""
