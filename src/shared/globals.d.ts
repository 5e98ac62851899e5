/** What every host (Node, Electron, a browser) has beyond ECMAScript, and this folder uses. */
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
