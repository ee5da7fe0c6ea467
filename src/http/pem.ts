/** TLS of a service as Node's options; its keys come from files, texts or the environment. */
import { readFileSync } from 'node:fs';
import { createSecureContext, type TLSSocket, type TlsOptions } from 'node:tls';
import { HostError } from '../errors.js';
import type { HttpTls, PemSource } from '../registry/http/services.js';

/** @throws HostError Unavailable for a file that cannot be read, NotFound for a variable without value, Invalid for what is no PEM */
export function tlsOptions(service: string, tls: HttpTls, envOf: (id: string) => string | null): TlsOptions {
  const pem = (source: PemSource) => readPem(source, envOf);
  const options: TlsOptions = {
    cert: pem(tls.cert),
    key: pem(tls.key),
    ...(tls.clientCa === null ? {} : { ca: pem(tls.clientCa) }),
    requestCert: tls.clientAuth !== 'none',
    rejectUnauthorized: tls.clientAuth === 'require_and_verify',
    minVersion: 'TLSv1.2',
  };
  try {
    createSecureContext(options);
  } catch (error) {
    const reason = (error as Error).message;
    throw new HostError('Invalid', `${service}: the key and certificates of tls cannot be used: ${reason}`, {
      cause: error,
    });
  }
  return options;
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
