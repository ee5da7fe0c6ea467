-- error: Internal: attempt to index a logger value
logger.mine = 1
