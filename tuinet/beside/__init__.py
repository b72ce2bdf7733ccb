"""Work beside the training, in processes of its own."""
