-- error: Internal: attempt to change 'table', which is read-only
table.mine = 1
