"""A class on one machine: a teacher's run, and those who follow it on their own terminals; nothing here draws."""
