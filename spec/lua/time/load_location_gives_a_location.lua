-- expect: "America/New_York", "America/New_York", nil, "UTC", true
local ny, err = time.load_location("America/New_York")
return ny:string(), tostring(ny), err, time.load_location("UTC"):string(), ny == time.load_location("America/New_York")
