/**
 * Implementation limits of the decoder: they bound time and memory for any input. The figures are those that other
 * engines chose, so that a component that loads there loads here.
 */

export const LIMITS = {
  /** Components in components, and type declarations in type declarations. */
  nesting: 100,
  /** Definitions of all components in one file together. */
  definitions: 1_000_000,
  /** Declarations of all instance, component and module types in one file together. */
  declarations: 1_000_000,
  /** Bytes of one name. */
  nameBytes: 100_000,
  /** Definitions that an instance can be given, or can export inline. */
  arguments: 100_000,
  coreFuncParams: 1000,
  coreFuncResults: 1000,
  funcParams: 1000,
  recordFields: 10_000,
  variantCases: 10_000,
  tupleTypes: 10_000,
  enumNames: 10_000,
  /** More than validation allows (32), so that the message is about the rule, not about the limit. */
  flagNames: 1000,
  canonOptions: 10,
  attributes: 10,
} as const;
