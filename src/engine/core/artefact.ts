/**
 * An artefact: trained numbers of one run that other runs start from or build on, as a file. A safetensors file whose metadata
 * say what kind it is and which sizes it has. It is named by the SHA-256 of the whole file.
 */
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { Digest } from '../../shared/safetensors.ts';
import type { EngineHost } from './engine-host.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from './stored-tensor.ts';

export interface Artefact {
  /** What it is: only a problem that expects this kind reads it. */
  readonly kind: string;
  /** Sizes and settings without which the tensors mean nothing. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly StoredTensor[];
}

const FORMAT = 'gumbel-studio-artefact-1';
/** Digits of a digest that a message shows. */
const SHOWN_DIGITS = 12;

/** Where an artefact of a config may come from. */
export interface ArtefactSource {
  /** Problem whose runs make it. */
  readonly maker: string;
  /** Kind of those that come with the studio: a folder below resources/. Absent: there are none. */
  readonly samples?: string;
}

/** A config key (dotted) that is a reference to an artefact, or null. */
export interface ArtefactInput extends ArtefactSource {
  readonly at: string;
}

/** A config's reference to an artefact. */
export function artefactReference(source: ArtefactSource, description: string) {
  return z
    .strictObject({
      path: z
        .string()
        .min(1)
        .describe(
          '`run:<id>` of a run, a file written by `gumbel-studio artefact`, or `sample:<name>` for one that comes with the studio',
        ),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')
        .nullable()
        .default(null)
        .describe(
          "SHA-256 of the file's content: filled in when a comparison is made, and compared whenever the file is read; null: any content",
        ),
    })
    .describe(description)
    .meta({ widget: 'artefact', ...source });
}
export type ArtefactReference = z.infer<ReturnType<typeof artefactReference>>;

export function encodeArtefact({ kind, metadata, tensors }: Artefact, sha256: Digest): Uint8Array {
  return encodeSafetensors(tensors, { ...metadata, format: FORMAT, kind }, sha256);
}

/** @throws AppError validation: damaged, no artefact, or one of another kind */
function decodeArtefact(bytes: Uint8Array, source: string, kind: string, sha256: Digest): Artefact {
  const { tensors, metadata } = decodeSafetensors(bytes, source, sha256);
  const found =
    metadata['format'] === FORMAT ? `one of kind ${metadata['kind']}` : 'a file of another format';
  if (metadata['format'] !== FORMAT || metadata['kind'] !== kind) {
    throw new AppError(
      'validation',
      `${source}: expected an artefact of kind ${kind}, found ${found}; choose another file or run.`,
    );
  }
  return { kind, metadata, tensors };
}

/**
 * @param at dotted path of the reference in the config, for messages
 * @throws AppError not-found, or validation: damaged, of another kind, or not the content that the reference names
 */
export async function readArtefact(
  { path, sha256 }: ArtefactReference,
  kind: string,
  at: string,
  host: EngineHost,
): Promise<Artefact> {
  const bytes = await host.readBytes(path);
  const found = host.sha256(bytes);
  if (sha256 !== null && found !== sha256) throw digestDiffers(path, at, sha256, found);
  return decodeArtefact(bytes, path, kind, (part) => host.sha256(part));
}

export function digestDiffers(path: string, at: string, expected: string, found: string): AppError {
  const [wanted, there] = [expected, found].map((digest) => digest.slice(0, SHOWN_DIGITS));
  return new AppError(
    'validation',
    `${at}: expected the content with SHA-256 ${wanted}..., found ${there}... in ${path}; put the right file there, or set ${at}.sha256 to null to accept this one.`,
    { path: at },
  );
}
