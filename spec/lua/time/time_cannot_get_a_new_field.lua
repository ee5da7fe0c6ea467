-- error: Internal: attempt to change 'time', which is read-only
time.now = nil
