-- logs: debug d {}
-- logs: info i {}
-- logs: warn w {}
-- logs: error e {}
logger:debug("d")
logger:info("i")
logger:warn("w")
logger:error("e")
