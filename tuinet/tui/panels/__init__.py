"""The panels, each with its drawing, its keys and its part of the glossary."""
