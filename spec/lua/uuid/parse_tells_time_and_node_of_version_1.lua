-- expect: {version = 1, variant = "RFC4122", timestamp = 886630433, node = "00:c0:4f:d4:30:c8"}
return (uuid.parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"))
