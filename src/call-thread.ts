/** Where a call thread begins. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadData } from './threads/definitions.js';
import { startRunner } from './threads/runner.js';

if (parentPort !== null) startRunner(workerData as ThreadData, parentPort);
