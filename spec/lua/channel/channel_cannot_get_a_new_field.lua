-- error: Internal: attempt to change 'channel', which is read-only
channel.extra = 1
