/** `http`: the request that the running call answers, and its answer. Only inside of an endpoint's call. */

import type { Core, Run } from '../core.js';
import { answerObject } from '../results.js';
import { type LibraryFields, lockedTable } from '../tables.js';
import { defineRequest, LuaRequest } from './http-request.js';
import { DEFAULT_REQUEST, requestOptionsAt } from './http-request-options.js';
import { defineResponse, LuaResponse } from './http-response.js';
import { requestOf } from './http-run.js';

export function httpModule(core: Core): LibraryFields {
  defineRequest(core);
  defineResponse(core);
  const requests = new WeakMap<Run, LuaRequest>();
  const responses = new WeakMap<Run, LuaResponse>();
  return {
    request: (L) =>
      answerObject(core, L, () => {
        const http = requestOf(core);
        const { run } = core.task!;
        const options = requestOptionsAt(core, L, 1);
        const known = requests.get(run);
        if (known !== undefined && options === DEFAULT_REQUEST) return known;
        const made = new LuaRequest(http, run, options, known);
        requests.set(run, made);
        return made;
      }),
    response: (L) =>
      answerObject(core, L, () => {
        requestOf(core);
        const { run } = core.task!;
        const known = responses.get(run) ?? new LuaResponse(run);
        responses.set(run, known);
        return known;
      }),
    METHOD: lockedTable(core, 'http.METHOD', METHODS),
    STATUS: lockedTable(core, 'http.STATUS', STATUS),
    CONTENT: lockedTable(core, 'http.CONTENT', CONTENT),
    TRANSFER: lockedTable(core, 'http.TRANSFER', { CHUNKED: 'chunked', SSE: 'sse' }),
    ERROR: lockedTable(core, 'http.ERROR', ERRORS),
  };
}

const METHODS = Object.fromEntries(
  ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE'].map((name) => [name, name]),
);

const STATUS = {
  OK: 200,
  CREATED: 201,
  ACCEPTED: 202,
  NO_CONTENT: 204,
  PARTIAL_CONTENT: 206,
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  NOT_MODIFIED: 304,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  PAYMENT_REQUIRED: 402,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  CONFLICT: 409,
  GONE: 410,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNPROCESSABLE_ENTITY: 422,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_ERROR: 500,
  INTERNAL_SERVER_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  BAD_GATEWAY: 502,
  SERVICE_UNAVAILABLE: 503,
  GATEWAY_TIMEOUT: 504,
};

const CONTENT = {
  JSON: 'application/json',
  FORM: 'application/x-www-form-urlencoded',
  MULTIPART: 'multipart/form-data',
  TEXT: 'text/plain',
  HTML: 'text/html',
  STREAM: 'application/octet-stream',
};

/** Kinds of the errors that this module gives. */
const ERRORS = {
  PARSE_FAILED: 'Invalid',
  INVALID_STATE: 'Invalid',
  WRITE_FAILED: 'Canceled',
  STREAM_ERROR: 'Canceled',
};
