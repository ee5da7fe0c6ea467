-- expect: true, true, true
return uuid.v1() ~= uuid.v1(), uuid.v4() ~= uuid.v4(), uuid.v7() ~= uuid.v7()
