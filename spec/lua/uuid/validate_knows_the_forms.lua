-- expect: true, true, true, true, false, false, false, nil
local id = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
local bare = id:gsub("-", "")
local ok, err = uuid.validate(id)
return ok, (uuid.validate(bare)), (uuid.validate("{" .. id .. "}")), (uuid.validate("urn:uuid:" .. id)),
  (uuid.validate(id .. "0")), (uuid.validate("")), (uuid.validate(7)), err
