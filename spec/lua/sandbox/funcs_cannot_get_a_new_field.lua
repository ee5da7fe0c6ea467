-- error: Internal: attempt to change 'funcs', which is read-only
funcs.mine = 1
