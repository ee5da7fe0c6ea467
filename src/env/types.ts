/** The environment: variables that entries name, over storages that entries name. It lives on the host's thread. */

interface EnvVariable {
  /** The entry's ID, `myns:api_key`. */
  readonly id: string;
  /** The name that scripts may use for it, or null: by its ID only. */
  readonly name: string | null;
}

export interface Environment {
  /**
   * The value of a variable by its ID, its name, or the name of its entry in `namespace`; its default where its storage has
   * none. An empty text is a value.
   * @returns null where there is neither
   * @throws HostError NotFound for a name that no variable has, Unavailable when its storage cannot be read
   */
  get(name: string, namespace: string): string | null;
  /** @throws HostError NotFound, PermissionDenied (variable or storage is read-only), Unavailable */
  set(name: string, value: string, namespace: string): void;
  /** Every variable that has a value, by its name (its ID where it has none). */
  all(): { readonly [name: string]: string };
  readonly variables: readonly EnvVariable[];
}
