-- error: Internal: position out of bounds
table.remove({1}, 5)
