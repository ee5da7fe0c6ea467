-- error: Internal: attempt to change 'math', which is read-only
math.mine = 1
