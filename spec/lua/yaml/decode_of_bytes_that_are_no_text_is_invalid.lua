-- expect: nil, "Invalid"
local r, err = yaml.decode("\255")
return r, err:kind()
