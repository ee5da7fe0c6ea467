/** Work of the host's own that a guest can make long (a gigabyte of random bytes, a folder of a million files) ends with its call. */
import { WaitEnded, type World } from './types.js';

const NS_PER_MS = 1e6;

/** Between two parts of such work. @throws WaitEnded */
export function checkCallGoesOn(world: World): void {
  const { call } = world;
  const isOver =
    call.deadlineMs !== Number.POSITIVE_INFINITY && Number(world.monotonicNs()) / NS_PER_MS >= call.deadlineMs;
  if (isOver || call.isCancelled()) throw new WaitEnded('the call is over');
}
