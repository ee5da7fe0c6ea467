-- error: Internal: invalid conversion specifier
os.date('%')
