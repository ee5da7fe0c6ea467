/** Runs the commands of one suite file and says of each whether it passed, failed, or was skipped for a missing feature. */
import { Trap } from '../src/abi/errors.js';
import { BinaryError } from '../src/binary/errors.js';
import { CoreModuleRefused } from '../src/component/compile.js';
import { UnsupportedFeature } from '../src/component/decode/errors.js';
import { ValidationError } from '../src/component/validate/errors.js';
import { type Hosts, type Loaded, load, MissingImport, type Running, start } from './engine.js';
import type { Action, Command, Suite } from './format.js';
import { equals, toValue } from './values.js';

type Outcome =
  | { readonly kind: 'passed'; readonly message: string | null }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'skipped'; readonly feature: string };

export interface Result {
  readonly line: number;
  readonly command: Command['type'];
  /** What the suite says about the error, if it expects one. */
  readonly text: string | null;
  readonly outcome: Outcome;
}

interface RunOptions {
  readonly readBinary: (filename: string) => Promise<Uint8Array>;
  /** Component text to binary; throws for text that is malformed. */
  readonly parseText: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly hosts: Hosts;
}

/** A definition or an instance that is not there, because its binary needs this feature. */
interface Absent {
  readonly feature: string;
}
type Maybe<T> = T | Absent;

interface State {
  readonly options: RunOptions;
  readonly definitions: Map<string, Maybe<Loaded>>;
  readonly instances: Map<string, Maybe<Running>>;
  lastDefinition: Maybe<Loaded> | null;
  current: Maybe<Running> | null;
}

const PASSED: Outcome = { kind: 'passed', message: null };
const failed = (message: string): Outcome => ({ kind: 'failed', message });
const skipped = (feature: string): Outcome => ({ kind: 'skipped', feature });
const isAbsent = (value: object): value is Absent => 'feature' in value;

/** Runs the commands in order. */
export async function runSuite(suite: Suite, options: RunOptions): Promise<Result[]> {
  const state: State = { options, definitions: new Map(), instances: new Map(), lastDefinition: null, current: null };
  const results: Result[] = [];
  for (const command of suite.commands) {
    const text = 'text' in command ? command.text : null;
    results.push({ line: command.line, command: command.type, text, outcome: await guarded(state, command) });
  }
  return results;
}

async function guarded(state: State, command: Command): Promise<Outcome> {
  try {
    return await run(state, command);
  } catch (thrown) {
    const feature = missingFeature(thrown);
    return feature === null ? failed(messageOf(thrown)) : skipped(feature);
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}

/** What V8 says about core features that it does not have, and what the feature is called. */
const V8_FEATURES: readonly (readonly [RegExp, string])[] = [
  [/one memory|memory count/, 'multi-memory'],
  [/opcode 0x1f|exnref|invalid.*exn|experimental-wasm-exnref/, 'exceptions'],
  [/memory64|limits flags 0x[4-7]|table elements limits flags/, 'memory64'],
  [/memory limits flags 0x[89a-f]/, 'custom-page-sizes'],
  [/experimental-wasm-([a-z0-9-]+)/, 'core proposal'],
];

/** The feature whose absence the error is about, or null. */
function missingFeature(thrown: unknown): string | null {
  if (thrown instanceof UnsupportedFeature) return thrown.feature;
  if (!(thrown instanceof CoreModuleRefused) && !(thrown instanceof WebAssembly.CompileError)) return null;
  const [, feature] = V8_FEATURES.find(([pattern]) => pattern.test(thrown.message)) ?? [];
  return feature === undefined ? null : `V8: ${feature}`;
}

async function run(state: State, command: Command): Promise<Outcome> {
  switch (command.type) {
    case 'module_definition':
      return define(state, command);
    case 'module':
      return defineAndStart(state, command);
    case 'module_instance':
      return startNamed(state, command.module, command.instance);
    case 'register': {
      const instance = command.name === null ? state.current : (state.instances.get(command.name) ?? null);
      if (instance === null) return failed('there is no such instance to register');
      state.instances.set(command.as, instance);
      return PASSED;
    }
    case 'action':
      return withInstance(state, command.action, (running) => passWhenCalled(running, command.action));
    case 'assert_return':
      return withInstance(state, command.action, (running) => assertReturn(running, command));
    case 'assert_trap':
    case 'assert_exhaustion':
      return withInstance(state, command.action, (running) => assertTrap(running, command.action));
    case 'assert_malformed':
    case 'assert_invalid':
      return assertRefused(state, command);
    case 'assert_unlinkable':
    case 'assert_uninstantiable':
      return assertNotStarted(state, command);
  }
}

type BinaryCommand = Extract<Command, { readonly filename: string }>;

async function bytesOf(state: State, command: BinaryCommand): Promise<Uint8Array> {
  const bytes = await state.options.readBinary(command.filename);
  return command.module_type === 'text' ? state.options.parseText(bytes) : bytes;
}

/** Loads the binary of a command; a missing feature is kept, so that commands that depend on it are skipped for it. */
async function loadCommand(state: State, command: BinaryCommand): Promise<Maybe<Loaded>> {
  try {
    return await load(await bytesOf(state, command));
  } catch (thrown) {
    const feature = missingFeature(thrown);
    if (feature !== null) return { feature };
    throw thrown;
  }
}

async function define(state: State, command: BinaryCommand): Promise<Outcome> {
  state.lastDefinition = null;
  const loaded = await loadCommand(state, command);
  state.lastDefinition = loaded;
  if (command.name !== undefined) state.definitions.set(command.name, loaded);
  return isAbsent(loaded) ? skipped(loaded.feature) : PASSED;
}

async function defineAndStart(state: State, command: BinaryCommand): Promise<Outcome> {
  state.current = null;
  const loaded = await loadCommand(state, command);
  if (command.name !== undefined) state.definitions.set(command.name, loaded);
  return startLoaded(state, loaded, command.name ?? null);
}

function startNamed(state: State, module: string | null, instance: string | null): Outcome {
  state.current = null;
  const loaded = module === null ? state.lastDefinition : state.definitions.get(module);
  if (loaded === undefined || loaded === null) return failed(`there is no definition \`${module}\``);
  return startLoaded(state, loaded, instance);
}

function startLoaded(state: State, loaded: Maybe<Loaded>, name: string | null): Outcome {
  const running = isAbsent(loaded) ? loaded : start(loaded, presentInstances(state), state.options.hosts);
  state.current = running;
  if (name !== null) state.instances.set(name, running);
  return isAbsent(running) ? skipped(running.feature) : PASSED;
}

function presentInstances(state: State): ReadonlyMap<string, Running> {
  const present = new Map<string, Running>();
  for (const [name, instance] of state.instances) if (!isAbsent(instance)) present.set(name, instance);
  return present;
}

function withInstance(state: State, action: Action, use: (running: Running) => Outcome): Outcome {
  const named =
    action.module === undefined || action.module === null ? state.current : state.instances.get(action.module);
  if (named === undefined || named === null) return failed('there is no instance to call');
  return isAbsent(named) ? skipped(named.feature) : use(named);
}

/** Calls the export; the result and its type. */
function invoke(running: Running, action: Action) {
  const entry = running.plan?.exports.find((each) => each.path === action.field);
  if (entry === undefined || running.instance === null) throw new Error(`there is no export \`${action.field}\``);
  const value = running.instance.call(entry.index, (action.args ?? []).map(toValue), 'js');
  return { value, type: entry.function.type.result };
}

function passWhenCalled(running: Running, action: Action): Outcome {
  invoke(running, action);
  return PASSED;
}

function assertReturn(running: Running, command: Extract<Command, { type: 'assert_return' }>): Outcome {
  const { value, type } = invoke(running, command.action);
  const [expected] = command.expected;
  if (expected === undefined) return type === null ? PASSED : failed('expected no result');
  if (equals(expected, value, type)) return PASSED;
  const shown = JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
  return failed(`expected ${JSON.stringify(expected)}, got ${shown}`);
}

function assertTrap(running: Running, action: Action): Outcome {
  try {
    invoke(running, action);
  } catch (thrown) {
    return thrown instanceof Trap ? { kind: 'passed', message: thrown.message } : failed(messageOf(thrown));
  }
  return failed('it returned');
}

async function assertRefused(state: State, command: BinaryCommand): Promise<Outcome> {
  try {
    await load(await bytesOf(state, command));
  } catch (thrown) {
    if (missingFeature(thrown) !== null) throw thrown;
    return { kind: 'passed', message: messageOf(thrown) };
  }
  return failed('it was accepted');
}

async function assertNotStarted(state: State, command: BinaryCommand): Promise<Outcome> {
  const loaded = await loadCommand(state, command);
  if (isAbsent(loaded)) return skipped(loaded.feature);
  try {
    start(loaded, presentInstances(state), state.options.hosts);
  } catch (thrown) {
    const right = command.type === 'assert_unlinkable' ? isUnlinkable(thrown) : thrown instanceof Trap;
    return right ? { kind: 'passed', message: messageOf(thrown) } : failed(messageOf(thrown));
  }
  return failed('it was instantiated');
}

function isUnlinkable(thrown: unknown): boolean {
  return thrown instanceof MissingImport || thrown instanceof WebAssembly.LinkError || isRefusal(thrown);
}

function isRefusal(thrown: unknown): boolean {
  return thrown instanceof ValidationError || thrown instanceof BinaryError;
}
