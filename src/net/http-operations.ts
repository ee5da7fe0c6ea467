/** Operations on HTTP: single exchanges for guests, and whole fetches with redirects for scripts. */
import type { IoOperations } from '../io.js';
import type { Value } from '../values.js';
import { type FetchRequest, fetchWhole } from './fetch.js';
import { HttpBody } from './http-body.js';
import { HttpRequest, type RequestHead } from './http-request.js';
import { answerNothing, type ReachOf } from './operation.js';
import { ByteSink, type HeaderList } from './streams.js';
import { thingsOf } from './things.js';

export function httpOperations(reachOf: ReachOf): IoOperations {
  return {
    /** (allowed, head, hasBody) → `{id, body}`: a response to come, and the sink of the request's body. */
    'net.request': (session, [allowed, head, hasBody]) => {
      const things = thingsOf(session);
      const request = new HttpRequest(reachOf(session, allowed), head as unknown as RequestHead);
      if (hasBody === false) request.output.end();
      return { id: things.add(request), body: things.add(request.output) };
    },
    /** (id) → `{status, headers, body}`, null while there is none; once. */
    'net.response': (session, [id]) => {
      const things = thingsOf(session);
      const request = things.get(HttpRequest, Number(id));
      request.awaited();
      const head = request.answer();
      if (head === null || request.input === null) return null;
      return { status: head.status, headers: head.headers as unknown as Value, body: things.add(request.input) };
    },
    /** (body, trailers): the body is complete. */
    'net.finish': answerNothing((session, [id, trailers]) => {
      thingsOf(session)
        .get(ByteSink, Number(id))
        .end(trailers as unknown as HeaderList);
    }),
    /** (body) → trailers, null while its end has not come. The rest of it is let through. */
    'net.trailers': (session, [id]) => thingsOf(session).get(HttpBody, Number(id)).trailers() as unknown as Value,
    /** (body): the rest of it is let through unread, so that its trailers come. */
    'net.drain': answerNothing((session, [id]) => thingsOf(session).get(HttpBody, Number(id)).drain()),
    /** (allowed, request) → `{status, headers, url, body, stream}` */
    'net.fetch': (session, [allowed, request], signal) =>
      fetchWhole(reachOf(session, allowed), request as unknown as FetchRequest, thingsOf(session), signal),
  };
}
