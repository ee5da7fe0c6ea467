-- expect: true, "UTC", "Local"
local t = time.now()
return t:equal(t:utc()) and t:equal(t:in_local()), t:utc():location():string(), t:utc():in_local():location():string()
