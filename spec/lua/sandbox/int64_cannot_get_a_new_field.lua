-- error: Internal: attempt to change 'int64', which is read-only
int64.mine = 1
