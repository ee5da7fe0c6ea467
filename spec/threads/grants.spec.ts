/** How the host takes lanes back whose answer is still on its way through it: on real lanes and rings, its threads driven by hand. */
import { describe, expect, test } from 'vitest';
import { AWAKE, IN_LOOP, THREAD_STATE } from '../../src/threads/control.js';
import type { CrewState, Grant } from '../../src/threads/crew-state.js';
import { relay, revokeGrants, serverDied } from '../../src/threads/grants.js';
import type { HostThread, Lease } from '../../src/threads/host-thread.js';
import { ANSWERED, CALLED, IDLE, LAST, newLaneMemory, openLane, RETURNED, RUNNING } from '../../src/threads/lane.js';
import { hostEnd, newLinkMemory, threadEnd } from '../../src/threads/link.js';
import { succeeded } from '../../src/threads/outcome.js';
import type { RelayMessage } from '../../src/threads/wire.js';

const silent = { postMessage() {}, unref() {} };
const NUMBER = 5;
const CALL = 3;
const message: RelayMessage = {
  kind: 'relay',
  thread: 1,
  grant: NUMBER,
  call: CALL,
  spent: false,
  ranMs: 1,
  outcome: succeeded('long'),
};

function threadWith(number: number) {
  const memory = newLinkMemory();
  const thread = { number, link: hostEnd(memory, silent), worker: silent, calls: new Map(), dead: false, lane: null };
  return { thread: thread as unknown as HostThread, inside: threadEnd(memory, silent) };
}

/** A grant whose server has answered call 3: in the lane, or through the host. */
function answered(relayed: boolean) {
  const { thread: caller, inside } = threadWith(1);
  const { thread: server } = threadWith(2);
  const lane = openLane(newLaneMemory());
  const returned: boolean[] = [];
  const leases = new Set<Lease>([{ seat: 8, id: 't:f', release: (spent) => void returned.push(spent) }]);
  const grant: Grant = { number: NUMBER, caller, server, lane, call: 1, leases, relayed: 0, stuck: null };
  const state = {
    threads: new Map([caller, server].map((each) => [each.number, each])),
    grants: new Map([[NUMBER, grant]]),
    clock: { now: () => 0 },
    loop: { touch() {} },
  } as unknown as CrewState;
  lane.open(NUMBER);
  lane.ask(CALL, new Uint8Array(), 1);
  lane.move(NUMBER, IDLE, CALLED);
  lane.move(NUMBER, CALLED, RUNNING);
  lane.answer(relayed ? null : new Uint8Array(1));
  lane.move(NUMBER, RUNNING, ANSWERED);
  const heard = () => {
    const kinds: string[] = [];
    for (let next = inside.next(); next !== null; next = inside.next()) kinds.push(next.kind);
    return kinds;
  };
  return { state, grant, lane, returned, heard };
}

describe('a lane that the host takes back', () => {
  test('is over at once with an answer in it', () => {
    const { state, returned } = answered(false);
    expect(revokeGrants(state)).toBe(true);
    expect({ grants: state.grants.size, returned }).toEqual({ grants: 0, returned: [false] });
  });

  test('is over only when an answer has come that goes through the host', () => {
    const { state, returned, heard } = answered(true);
    expect(revokeGrants(state)).toBe(false);
    expect({ grants: state.grants.size, returned }).toEqual({ grants: 1, returned: [] });
    relay(state, message);
    expect({ grants: state.grants.size, returned, heard: heard() }).toEqual({
      grants: 0,
      returned: [false],
      heard: ['relay'],
    });
  });

  test.each([
    ['the host has taken it back', (state: CrewState) => revokeGrants(state)],
    ['its server has left it', (_state: CrewState, { lane }: Grant) => lane.move(NUMBER, ANSWERED, LAST)],
    ['nobody has', () => {}],
  ])('tells its caller that the answer is lost, where the server dies on the way and %s', (_who, before) => {
    const { state, grant, returned, heard } = answered(true);
    before(state, grant);
    serverDied(state, grant, 'gone');
    expect({ heard: heard(), returned }).toEqual({ heard: ['partner-lost'], returned: [true] });
  });

  test('loses no answer that has come before its server dies', () => {
    const { state, grant, heard } = answered(true);
    relay(state, message);
    serverDied(state, grant, 'gone');
    expect(heard()).toEqual(['relay']);
  });

  test('is over when its server dies, whatever its caller does between two looks at it', () => {
    const { state, grant, lane } = answered(false);
    lane.move(NUMBER, ANSWERED, IDLE);
    let calls = 1;
    const busy: typeof lane = {
      ...lane,
      move(number, from, to) {
        const moved = lane.move(number, from, to);
        // Its caller makes another call right behind this look.
        if (calls-- > 0) lane.move(NUMBER, IDLE, CALLED);
        return moved;
      },
    };
    serverDied(state, { ...grant, lane: busy }, 'an end');
    expect(lane.phase(NUMBER)).toBe(RETURNED);
  });

  test('wakes its caller for an answer of which the server could not tell any more', () => {
    const { state, grant } = answered(false);
    const { control } = grant.caller.link;
    Atomics.store(control, THREAD_STATE, IN_LOOP);
    serverDied(state, grant, 'an end');
    expect(Atomics.load(control, THREAD_STATE)).toBe(AWAKE);
  });

  test('gives back a seat as spent whose instance is gone, also before its caller has said so', () => {
    for (const [seat, spent] of [
      [8, true],
      [7, false],
    ] as const) {
      const { state, lane, returned } = answered(false);
      lane.spend(seat);
      revokeGrants(state);
      expect(returned).toEqual([spent]);
    }
  });
});
