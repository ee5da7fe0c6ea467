-- expect: true, false, false, false, true
local function fits(of, value) return (json.validate({ multipleOf = of }, value)) end
local big = json.decode("9007199254740993")
return fits(json.decode("3002399751580331"), big), fits(json.decode("9007199254740995"), big), fits(0, big), fits(0, 5), fits(0.5, big)
