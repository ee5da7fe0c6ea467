-- logs: info m {"n":7,"f":1.5,"ok":true,"text":"x","list":[1,2],"inner":{"a":1}}
local t = {}
t.n = 7
t.f = 1.5
t.ok = true
t.text = "x"
t.list = {1, 2}
t.inner = {a = 1}
logger:info("m", t)
