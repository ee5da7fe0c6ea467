-- error: Timeout: instructions
-- limits: instructions=2000000, sourceBytes=100000000
load(os.time)
