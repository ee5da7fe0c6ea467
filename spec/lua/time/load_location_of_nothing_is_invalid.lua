-- expect: nil, "Invalid"
local location, err = time.load_location("")
return location, err:kind()
