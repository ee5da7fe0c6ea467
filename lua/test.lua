-- A small test library: `local test = require("test")`.
--
--   test.describe("filter", function()
--     test.it("keeps active users", function()
--       test.expect(filter(users)):equals({{name = "Alice"}})
--     end)
--   end)
--   test.finish()
--
-- Each `it` runs at once and prints one line. `finish` prints the sum and raises when something failed, so that
-- `moonwit run` ends with an error. Failures name the place inside the value: `[2].tags[1]: expected "dev", got nil`.

local test = {}

local MAX_SHOWN = 120
local groups, befores = {}, {}
local passed, failed = 0, {}

local function is_name(key)
  return type(key) == "string" and key:find("^[%a_][%w_]*$") ~= nil
end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b)
    if type(a) == type(b) and (type(a) == "number" or type(a) == "string") then return a < b end
    return type(a) < type(b)
  end)
  return keys
end

--- A value as text, tables included, cut to one readable line.
function test.show(value, inside)
  if type(value) == "string" then return (string.format("%q", value):gsub("\\\n", "\\n")) end
  if type(value) ~= "table" then return tostring(value) end
  inside = inside or {}
  if inside[value] then return "<itself>" end
  inside[value] = true
  local parts, length = {}, #value
  for index = 1, length do parts[index] = test.show(value[index], inside) end
  for _, key in ipairs(sorted_keys(value)) do
    if not (math.type(key) == "integer" and key >= 1 and key <= length) then
      local name = is_name(key) and key or "[" .. test.show(key, inside) .. "]"
      parts[#parts + 1] = name .. " = " .. test.show(value[key], inside)
    end
  end
  inside[value] = nil
  local text = "{" .. table.concat(parts, ", ") .. "}"
  return #text > MAX_SHOWN and text:sub(1, MAX_SHOWN) .. "..." or text
end

local function step(path, key)
  if is_name(key) then return path == "" and key or path .. "." .. key end
  return path .. "[" .. test.show(key) .. "]"
end

-- The first place where two values differ: path, expected, got. Numbers are equal as Lua's == says.
local function difference(got, expected, path, inside)
  if rawequal(got, expected) or (type(got) ~= "table" and got == expected) then return nil end
  if type(got) ~= "table" or type(expected) ~= "table" then return path, expected, got end
  if inside[got] == expected then return nil end
  inside[got] = expected
  local keys = {}
  for key in pairs(expected) do keys[key] = true end
  for key in pairs(got) do keys[key] = true end
  for _, key in ipairs(sorted_keys(keys)) do
    local at, want, have = difference(got[key], expected[key], step(path, key), inside)
    if at then return at, want, have end
  end
  inside[got] = nil
end

local function fail(message)
  error({test_failure = message}, 0)
end

local function expected_got(expected, got)
  fail("expected " .. expected .. ", got " .. test.show(got))
end

local matchers = {}
matchers.__index = matchers

--- Deep equality.
function matchers:equals(expected)
  local path, want, have = difference(self.value, expected, "", {})
  if not path then return self end
  fail((path == "" and "" or path .. ": ") .. "expected " .. test.show(want) .. ", got " .. test.show(have))
end

--- The same object, or the same plain value.
function matchers:is(expected)
  if not rawequal(self.value, expected) then expected_got(test.show(expected) .. " itself", self.value) end
  return self
end

function matchers:differs_from(other)
  if not difference(self.value, other, "", {}) then fail("expected something else than " .. test.show(other)) end
  return self
end

function matchers:is_nil()
  if self.value ~= nil then expected_got("nil", self.value) end
  return self
end

function matchers:is_true()
  if self.value ~= true then expected_got("true", self.value) end
  return self
end

function matchers:is_false()
  if self.value ~= false then expected_got("false", self.value) end
  return self
end

--- Neither nil nor false.
function matchers:is_truthy()
  if not self.value then expected_got("a value", self.value) end
  return self
end

function matchers:has_type(name)
  if type(self.value) ~= name then expected_got("a " .. name, self.value) end
  return self
end

function matchers:has_length(length)
  local got = #self.value
  if got ~= length then fail("expected length " .. length .. ", got " .. got .. ": " .. test.show(self.value)) end
  return self
end

--- Text inside a string, or an element of a list (deep equality).
function matchers:contains(item)
  if type(self.value) == "string" then
    if self.value:find(item, 1, true) then return self end
  else
    for _, element in ipairs(self.value) do
      if not difference(element, item, "", {}) then return self end
    end
  end
  expected_got("something with " .. test.show(item), self.value)
end

--- A Lua pattern.
function matchers:matches(pattern)
  if not tostring(self.value):find(pattern) then expected_got("text like " .. test.show(pattern), self.value) end
  return self
end

function matchers:is_near(number, tolerance)
  tolerance = tolerance or 1e-9
  if type(self.value) ~= "number" or math.abs(self.value - number) > tolerance then
    expected_got(number .. " within " .. tolerance, self.value)
  end
  return self
end

--- An error object of this kind; `text`, if given, is in its message.
function matchers:is_error(kind, text)
  local value = self.value
  if type(value) ~= "userdata" or not errors.is(value, kind) then
    local shown = type(value) == "userdata" and value.kind and value:kind() .. " (" .. tostring(value) .. ")" or test.show(value)
    fail("expected an error of kind " .. kind .. ", got " .. shown)
  end
  if text and not value:message():find(text, 1, true) then
    fail("expected an error with " .. test.show(text) .. ", got " .. test.show(value:message()))
  end
  return self
end

--- A function that raises; `text`, if given, is in what it raises.
function matchers:raises(text)
  local ok, raised = pcall(self.value)
  if ok then fail("expected an error" .. (text and " with " .. test.show(text) or "") .. ", but nothing was raised") end
  if text and not tostring(raised):find(text, 1, true) then
    fail("expected an error with " .. test.show(text) .. ", got " .. test.show(tostring(raised)))
  end
  return self
end

--- What a test says about a value: `test.expect(value):equals(other)`. Matchers give the same object back.
function test.expect(value)
  return setmetatable({value = value}, matchers)
end

--- Groups tests; groups nest.
function test.describe(name, body)
  groups[#groups + 1] = name
  local count = #befores
  body()
  for index = #befores, count + 1, -1 do befores[index] = nil end
  groups[#groups] = nil
end

--- Runs before each test of this group and the groups in it.
function test.before_each(body)
  befores[#befores + 1] = body
end

local function describe_failure(raised)
  if type(raised) == "table" and raised.test_failure then return raised.test_failure end
  if type(raised) == "userdata" and raised.kind then return raised:kind() .. ": " .. raised:message() end
  return tostring(raised)
end

--- One test. Calls inside it may wait.
function test.it(name, body)
  local full = table.concat(groups, " > ") .. (#groups > 0 and " > " or "") .. name
  local ok, raised = pcall(function()
    for _, before in ipairs(befores) do before() end
    body()
  end)
  if ok then
    passed = passed + 1
    print("ok    " .. full)
  else
    failed[#failed + 1] = full
    print("FAIL  " .. full)
    print("      " .. describe_failure(raised))
  end
end

--- Prints the sum; raises when a test failed. Returns how many passed.
function test.finish()
  local count, names = passed, failed
  passed, failed = 0, {}
  print(string.format("%d passed, %d failed", count, #names))
  if #names > 0 then
    error(errors.new{message = #names .. " of " .. count + #names .. " tests failed: " .. table.concat(names, "; "), kind = errors.INVALID})
  end
  return count
end

return test
