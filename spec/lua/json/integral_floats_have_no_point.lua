-- expect: "7", "9007199254740992", "-0", "1e+300"
return (json.encode(7.0)), (json.encode(2^53)), (json.encode(-0.0)), (json.encode(1e300))
