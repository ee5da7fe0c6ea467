-- Guests with a clock, an environment and folders, side by side. What each may see stands in registry/_index.yaml.
local fs, funcs = require("fs"), require("funcs")

-- Four guests sleep at once; this script goes on meanwhile.
local sleepers = {}
for i = 1, 4 do sleepers[i] = funcs.async("report:sleep", 300) end

local author = funcs.call("report:variable", "AUTHOR")
local language = funcs.call("report:variable", "LANGUAGE")
print("author and language:", author, language)
print("what is not granted:", (funcs.call("report:variable", "HOME")))

-- A guest reads the folder that it was given, and only that.
local note = funcs.call("report:read", "/data/note.txt").ok
print("the note:           ", (note:gsub("\n$", "")))
print("outside:            ", funcs.call("report:read", "/data/../../etc/passwd").err)

-- It writes where it may; this script reads the same file by the module fs.
funcs.call("report:write", "/out/report.txt", note:upper())
local out = assert(fs.get("report:out"))
print("the report:         ", (out:readfile("/report.txt"):gsub("\n$", "")))
print("a read-only folder: ", funcs.call("report:write", "/data/note.txt", "mine now").err)

local slept = 0
for _, sleeper in ipairs(sleepers) do
  local answer = sleeper:response():receive()
  if answer:data() >= 300 then slept = slept + 1 end
end
print("slept side by side: ", slept)
