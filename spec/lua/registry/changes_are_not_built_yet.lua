-- error: Unavailable: snapshot:changes is not built yet
registry.snapshot():changes()
