-- expect: true
local text = [[{"a":[1,2.5,"x"],"b":{"c":[]},"n":9223372036854775807}]]
return json.encode((json.decode(text))) == text
