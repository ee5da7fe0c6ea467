/** Files that entries name beside their text: values of an environment, certificates. They are there when the registry loads. */
import type { Draft, LoadContext } from './drafts.js';
import type { HttpTls, PemSource } from './http/tls.js';
import { clip, type FieldPath } from './nodes.js';
import { placeProblem } from './problems.js';
import { nearestFile } from './texts.js';

/** Adds `file` to the fields of env.storage.file, `certificates` to those of http.service. */
export async function findFiles(drafts: readonly Draft[], cx: LoadContext): Promise<void> {
  for (const draft of drafts) {
    if (draft.raw.kind === 'env.storage.file') await findStorage(draft, cx);
    else if (draft.raw.kind === 'http.service') await findCertificates(draft, cx);
  }
}

function fullPath({ raw }: Draft, path: string, cx: LoadContext): string {
  return cx.files.join(cx.files.join(cx.root, raw.document.below), path);
}

async function findStorage(draft: Draft, cx: LoadContext): Promise<void> {
  const { filePath, autoCreate } = draft.fields.values;
  if (typeof filePath !== 'string') return;
  const path = fullPath(draft, filePath, cx);
  draft.fields.values.file = path;
  await needFile(draft, path, ['file_path'], autoCreate === true, cx);
}

async function needFile(draft: Draft, path: string, at: FieldPath, mayLack: boolean, cx: LoadContext): Promise<void> {
  const found = await cx.files.resolve(path);
  if (found?.type === 'file' || (found === null && mayLack)) return;
  const isStorage = at[0] === 'file_path';
  const expected = `a file${isStorage ? '; auto_create: true would make it when a value is first set' : ''}`;
  const message = `${found === null ? 'no such file' : 'not a file'}: ${clip(path, 300)}`;
  const suggestion = found === null ? await nearestFile(cx.files, path) : {};
  cx.problems.push(placeProblem(draft.raw.origin, at, { code: 'missing-file', message, expected, ...suggestion }));
}

interface TlsFields {
  readonly [field: string]: unknown;
}

async function findCertificates(draft: Draft, cx: LoadContext): Promise<void> {
  const tls = draft.fields.values.tls as TlsFields | null | undefined;
  draft.fields.values.certificates = null;
  if (tls === null || tls === undefined) return;
  const cert = await pemSource(draft, tls, ['cert', 'certEnv'], cx);
  const key = await pemSource(draft, tls, ['key', 'keyEnv'], cx);
  const clientCa = await pemSource(draft, tls, ['clientCa', 'clientCaEnv'], cx);
  if (cert === null || key === null) return;
  const fallback = clientCa === null ? 'none' : 'require_and_verify';
  const clientAuth = (tls.clientAuth as HttpTls['clientAuth'] | null) ?? fallback;
  draft.fields.values.certificates = { cert, key, clientCa, clientAuth } satisfies HttpTls;
}

async function pemSource(
  draft: Draft,
  tls: TlsFields,
  [field, envField]: readonly [string, string],
  cx: LoadContext,
): Promise<PemSource | null> {
  const id = tls[envField];
  if (typeof id === 'string') return { type: 'env', id };
  const text = tls[field];
  if (typeof text !== 'string') return null;
  if (/^\s*-----BEGIN /.test(text)) return { type: 'text', text };
  const path = fullPath(draft, text.trim(), cx);
  await needFile(draft, path, ['tls', field === 'clientCa' ? 'client_ca' : field], false, cx);
  return { type: 'file', path };
}
