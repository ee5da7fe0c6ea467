/**
 * Requests at a steady rate, in a process of its own: `node paced.mjs PORT PATH PER_SECOND SECONDS` prints latencies in ms as JSON.
 * They count from when each request was to be sent, so that a client or server that falls behind does not hide it.
 */
import { connect, type Socket } from 'node:net';

const [port, path, perSecond, seconds] = process.argv.slice(2) as [string, string, string, string];
const MAX_CONNECTIONS = 256;
const HEAD_END = '\r\n\r\n';

interface Connection {
  readonly socket: Socket;
  /** When the request that it carries was to be sent. */
  dueMs: number;
  text: string;
}

const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
const times: number[] = [];
const idle: Connection[] = [];
const waiting: number[] = [];
let connections = 0;
let failed = 0;

function open(): Connection {
  connections++;
  const made: Connection = { socket: connect(Number(port), '127.0.0.1').setNoDelay(true), dueMs: 0, text: '' };
  made.socket.setEncoding('latin1').on('data', (chunk: string) => {
    made.text += chunk;
    if (!isWhole(made.text)) return;
    if (made.text.startsWith('HTTP/1.1 200')) times.push(performance.now() - made.dueMs);
    else failed++;
    made.text = '';
    const next = waiting.shift();
    if (next === undefined) idle.push(made);
    else send(made, next);
  });
  made.socket.on('error', () => {
    failed++;
    connections--;
  });
  return made;
}

function isWhole(text: string): boolean {
  const end = text.indexOf(HEAD_END);
  const length = /content-length: (\d+)/i.exec(text)?.[1];
  return end >= 0 && text.length >= end + HEAD_END.length + Number(length ?? 0);
}

function send(connection: Connection, dueMs: number): void {
  connection.dueMs = dueMs;
  connection.socket.write(request);
}

const gapMs = 1000 / Number(perSecond);
for (let count = 0; count < 32; count++) idle.push(open());
await new Promise((resolve) => setTimeout(resolve, 200));
const begin = performance.now();
const end = begin + Number(seconds) * 1000;
for (let dueMs = begin; dueMs < end; ) {
  for (const now = performance.now(); dueMs <= now && dueMs < end; dueMs += gapMs) {
    const free = idle.pop() ?? (connections < MAX_CONNECTIONS ? open() : undefined);
    if (free === undefined) waiting.push(dueMs);
    else send(free, dueMs);
  }
  await new Promise((resolve) => setImmediate(resolve));
}
const sent = Math.ceil((Number(seconds) * 1000) / gapMs);
for (let rest = 100; rest > 0 && times.length + failed < sent - 1; rest--) {
  await new Promise((resolve) => setTimeout(resolve, 50));
}
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
process.stdout.write(`${JSON.stringify({ sent, answered: times.length, p50: at(0.5), p99: at(0.99) })}\n`);
process.exit();
