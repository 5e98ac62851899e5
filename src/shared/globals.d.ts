/** What every host (Node, Electron, a browser) has beyond ECMAScript, and this folder uses. */
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare class TextDecoder {
  constructor(encoding?: string, options?: { readonly fatal?: boolean });
  decode(bytes: Uint8Array, options?: { readonly stream?: boolean }): string;
}
declare function atob(base64: string): string;
declare function btoa(binary: string): string;
