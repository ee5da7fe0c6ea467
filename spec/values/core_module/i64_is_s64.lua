-- expect: "-9223372036854775808", "2432902008176640000"
return tostring((funcs.call("numbers:least_i64"))), tostring((funcs.call("numbers:factorial", 20)))
