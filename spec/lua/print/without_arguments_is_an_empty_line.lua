-- prints:
print()
