-- error: Internal: (logger expected, got string)
logger.info("message")
