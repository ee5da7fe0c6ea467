-- error: Internal: attempt to change 'payload.format', which is read-only
payload.format.JSON = "x"
