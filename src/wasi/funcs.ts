/** `wippy:runtime/funcs`: a guest calls any function of its host by ID, with one text or one run of bytes. */
import type { GuestMemory, HostImportInterface, PlanImport } from '../component/types.js';
import { HostError, toHostError } from '../errors.js';
import { ByteString, Empty, Float64, type Value } from '../values.js';
import { rethrowEnd } from './errors.js';
import { attempt, type Later } from './later.js';
import type { World } from './types.js';

type Answer<T> = T | { readonly ok: T } | { readonly err: string };

/**
 * A function that the guest declares with `result<…, string>` has failures as their text; one without a result ends the
 * guest's call with the failure itself.
 */
export function funcs(
  world: World,
  _guest: GuestMemory,
  { interface: declared }: Pick<PlanImport, 'interface'>,
): HostImportInterface {
  const call = <T>(name: string, id: string, input: Value, convert: (id: string, answer: Value) => T) => {
    const type = declared?.functions.find((each) => each.name === name)?.type.result;
    const isResult = type?.kind === 'result';
    const said = (answer: Value): Answer<T> => (isResult ? { ok: convert(id, answer) } : convert(id, answer));
    const failed = (thrown: unknown): Answer<T> => {
      rethrowEnd(thrown);
      if (!isResult) throw thrown;
      return { err: toHostError(thrown).message };
    };
    return attempt<Value, Answer<T>>(() => waitable(world, id, world.call.callFunction(id, [input])), said, failed);
  };
  return {
    callString: (id: string, input: string): Later<Answer<string>> => call('call-string', id, input, textOf),
    callBytes: (id: string, input: Uint8Array): Later<Answer<Uint8Array>> => call('call-bytes', id, input, bytesOf),
  };
}

/** @throws HostError Unavailable, where the answer comes later and nothing may stand still for it */
function waitable(world: World, id: string, answer: Later<Value>): Later<Value> {
  if (!(answer instanceof Promise) || world.wait.suspends) return answer;
  answer.catch(() => {}); // nobody waits for it any more
  const text = `${world.id} cannot wait for the answer of ${id} on the host's own thread: give createHost threads (\`threads: 2\`), so that it runs on one`;
  throw new HostError('Unavailable', text, { retryable: false, details: { function: world.id, target: id } });
}

/** An answer of nothing is an empty one. */
const NOTHING = new Uint8Array(0);

function bytesOf(id: string, answer: Value): Uint8Array {
  if (answer === null) return NOTHING;
  if (answer instanceof Uint8Array) return answer;
  if (answer instanceof ByteString) return answer.bytes;
  if (typeof answer === 'string') return new TextEncoder().encode(answer);
  throw new HostError('Invalid', `${id}: its answer: expected a string, got ${kindOf(answer)}`, {
    details: { function: id, expected: 'string', got: kindOf(answer) },
  });
}

function textOf(id: string, answer: Value): string {
  if (typeof answer === 'string') return answer;
  const bytes = bytesOf(id, answer);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new HostError('Invalid', `${id}: its answer is no valid UTF-8: take it with call-bytes`, {
      details: { function: id, expected: 'UTF-8' },
    });
  }
}

function kindOf(answer: Value): string {
  if (typeof answer === 'boolean') return 'a boolean';
  if (typeof answer === 'number' || typeof answer === 'bigint' || answer instanceof Float64) return 'a number';
  if (answer instanceof Empty || Array.isArray(answer)) return 'a list';
  return 'a table';
}
