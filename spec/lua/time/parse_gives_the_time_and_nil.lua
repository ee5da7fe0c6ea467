-- expect: "2024-02-29 10:11:12.5 +0000 UTC", nil
local t, err = time.parse(time.RFC3339NANO, "2024-02-29T10:11:12.5Z")
return tostring(t), err
