-- expect: 1969, 2068
return time.parse("06", "69", time.utc):year(), time.parse("06", "68", time.utc):year()
