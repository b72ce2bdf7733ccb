"""The fields of an Experiment as a person sees them: what they are, what they can be, and how they change."""
