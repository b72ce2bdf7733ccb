"""What tuinet finds where it is started: the terminal, the line to it, versions, and folders."""
