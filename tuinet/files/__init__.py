"""Files that come from outside: which are opened, how much of them is read, and how they are parsed, without trust."""
