/** Forms with files, as `multipart/form-data` (RFC 7578). */
import { joinBytes } from '../../bytes.js';

export interface FormPart {
  readonly name: string;
  /** null: a plain field. */
  readonly filename: string | null;
  readonly contentType: string | null;
  readonly content: Uint8Array;
}

/** @param boundary that occurs in no content: random */
export function multipartBody(parts: readonly FormPart[], boundary: string): Uint8Array {
  const utf8 = new TextEncoder();
  const pieces: Uint8Array[] = [];
  for (const part of parts) pieces.push(utf8.encode(`--${boundary}\r\n${headOf(part)}\r\n\r\n`), part.content, CRLF);
  pieces.push(utf8.encode(`--${boundary}--\r\n`));
  return joinBytes(pieces);
}

const CRLF = Uint8Array.of(13, 10);

function headOf({ name, filename, contentType }: FormPart): string {
  const file = filename === null ? '' : `; filename="${quoted(filename)}"`;
  const type = contentType ?? (filename === null ? null : 'application/octet-stream');
  return `Content-Disposition: form-data; name="${quoted(name)}"${file}${type === null ? '' : `\r\nContent-Type: ${type}`}`;
}

/** As browsers write names. */
function quoted(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
