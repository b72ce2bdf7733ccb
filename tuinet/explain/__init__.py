"""The arithmetic of a training step in words: equations in symbols, and with their numbers filled in."""
