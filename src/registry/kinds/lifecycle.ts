/** `lifecycle`: when and how a service is started. What only a supervisor of many services needs is accepted. */
import {
  boolean,
  choice,
  defaulted,
  filledText,
  free,
  list,
  number,
  optional,
  type RecordOf,
  record,
  required,
  type Schema,
  text,
  whole,
} from '../schema.js';
import { duration } from './units.js';

const DELAY_MS = 1000;
const MAX_DELAY_MS = 90_000;
const STOP_MS = 10_000;

const restartFields = {
  initial_delay: defaulted(duration('lifecycle.restart.initial_delay'), DELAY_MS),
  max_delay: defaulted(duration('lifecycle.restart.max_delay'), MAX_DELAY_MS),
  backoff_factor: defaulted(number(1, 1000), 2),
  jitter: defaulted(number(0, 1), 0.1),
  max_attempts: defaulted(whole('lifecycle.restart.max_attempts must be non-negative'), 0),
};
const actorFields = { id: required(filledText), meta: optional(free) };
const securityFields = {
  actor: optional(record(actorFields)),
  groups: defaulted(list(text), []),
  policies: defaulted(list(text), []),
};
const lifecycleFields = {
  auto_start: defaulted(boolean, false),
  startup: defaulted(choice(['required', 'optional'], 'invalid lifecycle.startup'), 'required'),
  start_timeout: defaulted(duration('lifecycle.start_timeout'), STOP_MS),
  /** How long requests may take to end when the service stops. */
  stop_timeout: defaulted(duration('lifecycle.stop_timeout'), STOP_MS),
  stable_threshold: defaulted(duration('lifecycle.stable_threshold'), 5000),
  requires: defaulted(list(text), []),
  depends_on: defaulted(list(text), []),
  restart: optional(record(restartFields)),
  security: optional(record(securityFields)),
};
/** Delays and timeouts are in ms. */
export type Lifecycle = RecordOf<typeof lifecycleFields>;
export const lifecycle: Schema<Lifecycle> = record(lifecycleFields);
