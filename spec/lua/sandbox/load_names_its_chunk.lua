-- expect: false, "mine:1: boom"
return pcall(load("error('boom')", "=mine"))
