-- error: Internal: got string
time.now():add("soon")
