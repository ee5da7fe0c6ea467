-- error: Internal: (string expected, got no value)
payload.new(1):transcode()
