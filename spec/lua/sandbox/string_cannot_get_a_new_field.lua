-- error: Internal: attempt to change 'string', which is read-only
string.mine = 1
