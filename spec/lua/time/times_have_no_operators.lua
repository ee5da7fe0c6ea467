-- error: Internal: attempt to perform arithmetic on
return time.now() + 1
