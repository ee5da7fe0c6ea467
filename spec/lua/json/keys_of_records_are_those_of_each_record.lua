-- expect: 1, 2, 3, 4, "both", nil, 5
local rows = json.decode('[{"a":1,"b\\n":2},{"a":3,"b\\n":4,"\\u0061b":"both"},{"ab":5}]')
return rows[1].a, rows[1]["b\n"], rows[2].a, rows[2]["b\n"], rows[2].ab, rows[3].a, rows[3].ab
