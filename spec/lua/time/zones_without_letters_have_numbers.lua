-- expect: "-03", "+0545"
local function letters(zone) return time.date(2024, 1, 1, 0, 0, 0, 0, time.load_location(zone)):format("MST") end
return letters("America/Sao_Paulo"), letters("Asia/Kathmandu")
