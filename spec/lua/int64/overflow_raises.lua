-- error: Internal: int64 overflow: 18446744073709551616 is not in -2^63 to 2^64-1
return int64.parse("18446744073709551615") + 1
