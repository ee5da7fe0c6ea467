/** What shall run at its time: a heap, so that thousands of sleepers cost one timer of Node's. */

interface Alarms {
  /** @returns takes it back */
  add(dueMs: number, run: () => void): () => void;
  /** When the first is due; Infinity: there is none. */
  nextMs(): number;
  /** Runs all that are due, in order. */
  ring(nowMs: number): void;
}

interface Alarm {
  readonly dueMs: number;
  readonly run: () => void;
  /** Where it is in the heap; -1: not any more. */
  place: number;
}

export function createAlarms(): Alarms {
  /** No alarm is due before its parent, at half its place. */
  const heap: Alarm[] = [];
  const put = (alarm: Alarm, place: number) => {
    heap[place] = alarm;
    alarm.place = place;
  };
  const up = (alarm: Alarm, from: number) => {
    let place = from;
    while (place > 0) {
      const parent = heap[(place - 1) >> 1] as Alarm;
      if (parent.dueMs <= alarm.dueMs) break;
      put(parent, place);
      place = (place - 1) >> 1;
    }
    put(alarm, place);
  };
  const down = (alarm: Alarm, from: number) => {
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Alarm).dueMs < (heap[child] as Alarm).dueMs) child++;
      if ((heap[child] as Alarm).dueMs >= alarm.dueMs) break;
      put(heap[child] as Alarm, place);
      place = child;
    }
    put(alarm, place);
  };
  const remove = (alarm: Alarm) => {
    const { place } = alarm;
    if (place < 0) return;
    alarm.place = -1;
    const last = heap.pop() as Alarm;
    if (last === alarm) return;
    down(last, place);
    if (last.place === place) up(last, place);
  };
  const nextMs = () => heap[0]?.dueMs ?? Number.POSITIVE_INFINITY;
  return {
    add(dueMs, run) {
      const alarm: Alarm = { dueMs, run, place: heap.length };
      up(alarm, heap.length);
      return () => remove(alarm);
    },
    nextMs,
    ring(nowMs) {
      // One that is added meanwhile has its turn later, also where it is due at once.
      const due: Alarm[] = [];
      while (nextMs() <= nowMs) {
        const first = heap[0] as Alarm;
        remove(first);
        due.push(first);
      }
      for (const { run } of due) run();
    },
  };
}
