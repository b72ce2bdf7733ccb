"""What is kept: session files, runs that save themselves, private folders, samples as files."""
