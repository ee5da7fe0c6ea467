/**
 * What is wrong with the key and the certificates of a service, in words that say which of them and what to do. OpenSSL's own say
 * neither, and take a key of another type than its certificate's for a good one until the first client comes.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { HttpTls, PemSource } from '../registry/http/tls.js';

interface PemFault {
  /** Of `tls`. */
  readonly field: 'cert' | 'key' | 'client_ca';
  readonly source: PemSource;
  /** Names where the texts come from, never what they hold. */
  readonly message: string;
  /** The next step. */
  readonly expected: string;
}

/** Null is a text that cannot be had here. */
interface PemTexts {
  readonly cert: string | null;
  readonly key: string | null;
  readonly clientCa: string | null;
}

/** The first thing that is wrong; null: each is what it says, and the key is the certificate's, as far as they can be had. */
export function pemFault(tls: HttpTls, { cert, key, clientCa }: PemTexts): PemFault | null {
  const leaf = cert === null ? null : parsed(() => new X509Certificate(cert));
  if (leaf === undefined) return notOne('cert', tls.cert, 'a certificate');
  const own = key === null ? null : parsed(() => createPrivateKey(key));
  if (own === undefined) return notOne('key', tls.key, 'a private key without a passphrase');
  const authority = clientCa === null ? null : parsed(() => new X509Certificate(clientCa));
  if (authority === undefined) return notOne('client_ca', tls.clientCa!, 'a certificate');
  return leaf === null || own === null || leaf.checkPrivateKey(own) ? null : mismatch(tls, leaf, own);
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

function notOne(field: PemFault['field'], source: PemSource, wanted: string): PemFault {
  const message = `tls.${field}: ${sourceText(source)} holds no ${wanted.replace(/^an? /, '')} in PEM`;
  return { field, source, message, expected: `${wanted}, beginning with -----BEGIN` };
}

function mismatch({ cert, key }: HttpTls, leaf: X509Certificate, own: KeyObject): PemFault {
  const types = [own.asymmetricKeyType, leaf.publicKey.asymmetricKeyType];
  const why = types[0] === types[1] ? '' : ` (of type ${types[0]}, the certificate has one of type ${types[1]})`;
  const message = `the key of tls does not fit its certificate: key in ${sourceText(key)}${why}, certificate in ${sourceText(cert)}`;
  const expected =
    "the key that the certificate was made for, and in a file of several certificates the server's own first";
  return { field: 'key', source: key, message, expected };
}

/** Where a text comes from. */
export function sourceText(source: PemSource): string {
  switch (source.type) {
    case 'file':
      return source.path;
    case 'env':
      return `the variable ${source.id}`;
    case 'text':
      return 'the text of the entry';
  }
}
