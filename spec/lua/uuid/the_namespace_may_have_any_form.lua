-- expect: true
return uuid.v5("6ba7b8109dad11d180b400c04fd430c8", "x") == uuid.v5("urn:uuid:6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "x")
