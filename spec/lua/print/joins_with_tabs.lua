-- prints: a	1	nil	true	1.0
print("a", 1, nil, true, 1.0)
