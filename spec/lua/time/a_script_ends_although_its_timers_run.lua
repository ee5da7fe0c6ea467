-- expect: "done"
time.timer("1h") time.ticker("1h") time.after("1h")
return "done"
