-- expect: nil, "Invalid", "uuid.format: expected standard, simple or urn, got \"short\""
local r, err = uuid.format("919108f7-52d1-4320-9bac-f847db4148a8", "short")
return r, err:kind(), err:message()
