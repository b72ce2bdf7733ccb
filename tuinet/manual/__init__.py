"""The manual: pages of Markdown in this folder, read here, and shown as text or by ``tuinet.tui.manual``.

A page is a file such as ``23-microscope.md``: its number says where it stands, and the first digit in which chapter;
what follows is its name. It begins with a title (``# The microscope``) and one line below it that says what it is
about, which the table of contents has, too. Pages link to each other by their files, and to a heading within one by
``#its-words``: ``[the map](21-map.md#the-cursor)``. A test runs every command that stands in a block ``sh`` or
``console``, and looks whether every link is alive.
"""
