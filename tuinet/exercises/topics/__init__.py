"""The recipes of exercises: for each topic, what is drawn at which level, what is given, and what is asked."""
