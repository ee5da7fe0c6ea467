/** What shall run at its time: a heap, so that thousands of sleepers cost one timer of Node's. */

export interface Alarms {
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
  takenBack: boolean;
}

/** No alarm is due before its parent, at half its place. */
type Heap = Alarm[];

export function createAlarms(): Alarms {
  const heap: Heap = [];
  return {
    add(dueMs, run) {
      const alarm: Alarm = { dueMs, run, place: heap.length, takenBack: false };
      up(heap, alarm, heap.length);
      return () => {
        alarm.takenBack = true;
        remove(heap, alarm);
      };
    },
    nextMs: () => firstDueMs(heap),
    ring: (nowMs) => ring(heap, nowMs),
  };
}

function firstDueMs(heap: Heap): number {
  return heap[0]?.dueMs ?? Number.POSITIVE_INFINITY;
}

function ring(heap: Heap, nowMs: number): void {
  // One that is added meanwhile has its turn later, also where it is due at once.
  const due: Alarm[] = [];
  while (firstDueMs(heap) <= nowMs) {
    const first = heap[0] as Alarm;
    remove(heap, first);
    due.push(first);
  }
  // One of them may take another one back.
  for (const alarm of due) if (!alarm.takenBack) alarm.run();
}

function remove(heap: Heap, alarm: Alarm): void {
  const { place } = alarm;
  if (place < 0) return;
  alarm.place = -1;
  const last = heap.pop() as Alarm;
  if (last === alarm) return;
  down(heap, last, place);
  if (last.place === place) up(heap, last, place);
}

function up(heap: Heap, alarm: Alarm, from: number): void {
  let place = from;
  while (place > 0) {
    const parent = heap[(place - 1) >> 1] as Alarm;
    if (parent.dueMs <= alarm.dueMs) break;
    put(heap, parent, place);
    place = (place - 1) >> 1;
  }
  put(heap, alarm, place);
}

function down(heap: Heap, alarm: Alarm, from: number): void {
  let place = from;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as Alarm).dueMs < (heap[child] as Alarm).dueMs) child++;
    if ((heap[child] as Alarm).dueMs >= alarm.dueMs) break;
    put(heap, heap[child] as Alarm, place);
    place = child;
  }
  put(heap, alarm, place);
}

function put(heap: Heap, alarm: Alarm, place: number): void {
  heap[place] = alarm;
  alarm.place = place;
}
