/** Paths written in a registry: `/` between parts, and no way out of the folder they belong to. */

/** The parts of a relative path with `.` and `..` resolved, or null when it is absolute or leads out. */
export function insidePath(path: string): string | null {
  if (path.includes('\0') || /^[\\/]/.test(path) || /^[A-Za-z]:/.test(path)) return null;
  const parts: string[] = [];
  for (const part of path.split(/[\\/]/)) {
    if (part === '..') {
      if (parts.pop() === undefined) return null;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** The last part of a path and what is before it. */
export function splitPath(path: string): { folder: string; name: string } {
  const slash = path.lastIndexOf('/');
  return slash === -1
    ? { folder: '.', name: path }
    : { folder: path.slice(0, slash) || '/', name: path.slice(slash + 1) };
}
