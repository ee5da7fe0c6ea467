-- expect: "1h0m0s", "5s"
return tostring(time.parse_duration(3600 * time.SECOND)), tostring(time.parse_duration(5000 * time.MILLISECOND))
