-- error: Internal: attempt to change 'os', which is read-only
os.mine = 1
