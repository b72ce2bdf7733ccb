"""The panels of the settings."""
