"""What is looked at: frozen snapshots of a run, and the views that say what they hold."""
