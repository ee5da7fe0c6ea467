-- error: Internal: attempt to change 'utf8', which is read-only
utf8.mine = 1
