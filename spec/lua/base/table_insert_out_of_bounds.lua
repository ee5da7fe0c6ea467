-- error: Internal: position out of bounds
table.insert({1}, 5, 2)
