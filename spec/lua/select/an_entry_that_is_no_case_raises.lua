-- error is: Internal: an_entry_that_is_no_case_raises.lua:4: channel.select: entry 2 is not a case, got 7: make cases by ch:case_receive() and ch:case_send(value)
-- line: 4
local ch = channel.new()
channel.select{ch:case_receive(), 7}
