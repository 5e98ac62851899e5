/**
 * The text of a file of a person's, in the encodings that editors write: UTF-8 with or without a byte order mark, UTF-16 with
 * one (Windows), and otherwise Windows-1252, of which Latin-1 is a part (names in the comments of old files).
 * @returns without the mark; null for what is no text: bytes of 0 that are not UTF-16
 * Source: Encoding Standard (encoding.spec.whatwg.org), section 6, "BOM sniff".
 */
export function decodeText(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
