-- error is: Invalid: echo:params17: argument 17 (p17): expected u32, got string "x"
-- error and:   params17: func(p1: u32, p2: u32, p3: u32, p4: u32, p5: u32, p6: u32, p7: u32, p8: u32, p9: u32, p10: u32, p11: u32, p12: u32, p13: u32, p14: u32, p15: u32, p16: u32, p17: u32) -> list<u32>
-- details: {argument = 17, path = "", expected = "u32", got = "string \"x\""}
-- line: 5
local value, err = funcs.call("echo:params17", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, "x")
error(err)
