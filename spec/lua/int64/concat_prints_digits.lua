-- expect: "n=9223372036854775807"
return "n=" .. int64.max
