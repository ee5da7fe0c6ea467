-- error: Internal: attempt to change 'process', which is read-only
process.mine = 1
