-- expect: 1.0, 1000.0, 1000000.0, 1000000000.0, 60000000000.0, 3600000000000.0, 1, 12, 0, 6, "UTC", "Local"
return time.NANOSECOND, time.MICROSECOND, time.MILLISECOND, time.SECOND, time.MINUTE, time.HOUR, time.JANUARY, time.DECEMBER,
  time.SUNDAY, time.SATURDAY, time.utc:string(), time.localtz:string()
