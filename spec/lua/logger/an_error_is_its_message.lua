-- logs: error failed {"err":"no disk"}
logger:error("failed", {err = errors.new("Unavailable", "no disk")})
