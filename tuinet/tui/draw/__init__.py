"""Drawing as pure functions: cells, curves, scales, legends, pictures."""
