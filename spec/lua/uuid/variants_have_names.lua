-- expect: "RFC4122", "NCS", "Microsoft", "Future", nil
local function variant(digit) return (uuid.variant("00000000-0000-4000-" .. digit .. "000-000000000000")) end
return variant("8"), variant("7"), variant("c"), variant("e"), (uuid.variant("x"))
