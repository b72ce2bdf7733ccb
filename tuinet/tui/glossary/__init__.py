"""What every colour, symbol and abbreviation on the screen means, panel by panel."""
