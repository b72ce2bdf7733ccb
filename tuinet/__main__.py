"""``python -m tuinet``."""

from tuinet.cli import main

if __name__ == "__main__":
    main()
