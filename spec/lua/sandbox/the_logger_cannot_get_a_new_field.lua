-- error: Internal: attempt to index a userdata value
logger.mine = 1
