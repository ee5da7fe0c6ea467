/** What keeps the process, beside what kept it before. */
import { setTimeout as pause } from 'node:timers/promises';

/** @returns what is there that was not, once the event loop has had some turns: what runs the specs has handles of its own now and then */
export function handlesSince(): () => Promise<string[]> {
  const before = process.getActiveResourcesInfo();
  const left = () => {
    const now = process.getActiveResourcesInfo();
    for (const each of before) if (now.includes(each)) now.splice(now.indexOf(each), 1);
    return now;
  };
  return async () => {
    for (let turns = 0; turns < 300 && left().length > 0; turns++) await pause(1);
    return left();
  };
}
