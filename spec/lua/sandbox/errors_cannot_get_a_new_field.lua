-- error: Internal: attempt to change 'errors', which is read-only
errors.mine = 1
