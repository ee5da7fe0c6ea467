-- expect: nil, "Invalid"
local r, err = yaml.encode()
return r, err:kind()
