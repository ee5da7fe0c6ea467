-- error: Internal: attempt to change 'coroutine', which is read-only
coroutine.mine = 1
