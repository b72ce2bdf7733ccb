"""The terminal: what it can show, what it sends, and how bytes get there over a slow line."""
