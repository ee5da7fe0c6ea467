-- expect: true, 1, nil, 3
return pcall(function() return 1, nil, 3 end)
