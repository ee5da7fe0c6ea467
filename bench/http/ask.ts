/** One request and its answer. */
import { type Agent, request } from 'node:http';

export interface Answer {
  /** 0: none came. */
  readonly status: number;
  readonly body: string;
}

const NONE: Answer = { status: 0, body: '' };

/** @param sent a body makes it a POST */
export function ask(port: number, path: string, agent?: Agent, sent: string | null = null): Promise<Answer> {
  return new Promise((resolve) => {
    const method = sent === null ? 'GET' : 'POST';
    const call = request(
      { port, host: '127.0.0.1', path, method, ...(agent === undefined ? {} : { agent }) },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.on('error', () => resolve(NONE));
      },
    );
    call.on('error', () => resolve(NONE));
    call.end(sent ?? '');
  });
}
