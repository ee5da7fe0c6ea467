/** TLS of a service as Node's options; its keys come from files, texts or the environment. */
import { readFileSync } from 'node:fs';
import { createSecureContext, type TLSSocket, type TlsOptions } from 'node:tls';
import { HostError } from '../errors.js';
import type { HttpServiceConfig } from '../registry/http/services.js';
import type { HttpTls, PemSource } from '../registry/http/tls.js';
import type { Problem, Registry } from '../registry/types.js';
import { pemFault, sourceText } from './pem-faults.js';

/** @throws HostError Unavailable for a file that cannot be read, NotFound for a variable without value, Invalid for what cannot be used */
export function tlsOptions(config: HttpServiceConfig, tls: HttpTls, envOf: (id: string) => string | null): TlsOptions {
  const pem = (source: PemSource) => readPem(source, envOf);
  const texts = { cert: pem(tls.cert), key: pem(tls.key), clientCa: tls.clientCa === null ? null : pem(tls.clientCa) };
  const fault = pemFault(tls, texts);
  if (fault !== null) throw unusable(config, `${fault.message}: expected ${fault.expected}`, null);
  const options: TlsOptions = {
    cert: texts.cert,
    key: texts.key,
    ...(texts.clientCa === null ? {} : { ca: texts.clientCa }),
    requestCert: tls.clientAuth !== 'none',
    rejectUnauthorized: tls.clientAuth === 'require_and_verify',
    minVersion: 'TLSv1.2',
  };
  try {
    createSecureContext(options);
  } catch (error) {
    const sources = `key in ${sourceText(tls.key)}, certificate in ${sourceText(tls.cert)}`;
    throw unusable(config, `tls cannot be used: ${(error as Error).message}: ${sources}`, error);
  }
  return options;
}

function unusable({ id, entry }: HttpServiceConfig, problem: string, cause: unknown): HostError {
  const { file, line, column } = entry!.place;
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  return new HostError('Invalid', `${place}: ${id}: ${problem}`, cause === null ? {} : { cause });
}

/**
 * What is wrong with the certificates of a registry's services, as far as files and texts are there: a variable has its value
 * where it is served, and what cannot be read here may be readable there.
 */
export function certificateProblems(registry: Registry): Problem[] {
  return registry.ofKind('http.service').flatMap((entry) => {
    const tls = entry.fields.certificates;
    if (tls === null) return [];
    const { cert, key, clientCa } = tls;
    const texts = { cert: textHere(cert), key: textHere(key), clientCa: clientCa === null ? null : textHere(clientCa) };
    const fault = pemFault(tls, texts);
    if (fault === null) return [];
    const { field, message, expected } = fault;
    const path = ['tls', fault.source.type === 'env' ? `${field}_env` : field];
    return [registry.problemAt(entry, path, { code: 'invalid-value', message, expected })];
  });
}

function textHere(source: PemSource): string | null {
  if (source.type === 'env') return null;
  try {
    return readPem(source, () => null);
  } catch {
    return null;
  }
}

function readPem(source: PemSource, envOf: (id: string) => string | null): string {
  switch (source.type) {
    case 'text':
      return source.text;
    case 'env': {
      const text = envOf(source.id);
      if (text === null)
        throw new HostError('NotFound', `environment variable not found: ${source.id}: it holds a key or certificate`);
      return text;
    }
    case 'file':
      try {
        return readFileSync(source.path, 'utf8');
      } catch (error) {
        const { code = 'unreadable' } = error as NodeJS.ErrnoException;
        throw new HostError('Unavailable', `cannot read ${source.path} (${code}): tls needs its PEM text`);
      }
  }
}

/** Whether a client's certificate satisfies the rules that Node does not check by itself. */
export function acceptsClient(tls: HttpTls, socket: TLSSocket): boolean {
  if (tls.clientAuth === 'none' || tls.clientAuth === 'request' || tls.clientAuth === 'require_and_verify') return true;
  const given = Object.keys(socket.getPeerCertificate()).length > 0;
  if (tls.clientAuth === 'require') return given;
  return !given || socket.authorized;
}
