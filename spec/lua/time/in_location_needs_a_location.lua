-- error: Internal: location expected, got string
time.now():in_location("Europe/Paris")
