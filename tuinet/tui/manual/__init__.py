"""The manual on the screen: its pages with their links, a table of contents, and a search over all of them."""
