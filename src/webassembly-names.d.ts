/**
 * Names of WebAssembly's JavaScript API that published types mention, for programs without the DOM's types. They have no members
 * here, so that they merge with those of the DOM where a program has both. The build puts this file beside `index.d.ts`.
 */
declare namespace WebAssembly {
  // biome-ignore lint/suspicious/noEmptyInterface: a type alias would not merge
  interface Module {}
  // biome-ignore lint/suspicious/noEmptyInterface: a type alias would not merge
  interface Memory {}
}
