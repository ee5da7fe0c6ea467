-- error: Internal: attempt to change 'ctx', which is read-only
ctx.user = "al"
