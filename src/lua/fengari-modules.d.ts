/** Fengari ships no types: its modules are unknown here and get their types in fengari.ts and internals.ts only. */

declare module 'fengari' {
  const fengari: unknown;
  export default fengari;
}

declare module 'fengari/src/lobject.js' {
  const lobject: unknown;
  export default lobject;
}

declare module 'fengari/src/lstring.js' {
  const lstring: unknown;
  export default lstring;
}

declare module 'fengari/src/ltable.js' {
  const ltable: unknown;
  export default ltable;
}
