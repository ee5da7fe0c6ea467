-- expect: true
local dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
return uuid.v5(dns, "\255") ~= uuid.v5(dns, "\254")
