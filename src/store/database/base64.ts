/** Base64 of the bytes, without copying them first. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** The bytes of a base64 text; line breaks, as PostgreSQL's `encode` puts in, do not count. */
export function fromBase64(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}
