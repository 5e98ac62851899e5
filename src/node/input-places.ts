/**
 * Where input files lie on a machine that is not the one whose paths a config names: their copies, by a list that came along with them
 * (docs/adr/0026). Without such a list a path is where it says.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../shared/errors.ts';

/** Of the environment: the list, a JSON object of places relative to its own folder, by path. Trainers have it from whoever starts them. */
const VARIABLE = 'GUMBEL_STUDIO_INPUTS';

const listSchema = z.record(z.string(), z.string());

let known: { readonly file: string; readonly places: Readonly<Record<string, string>> } | undefined;

/** For this process, and for those that it starts from now on. @param list absolute path */
export function useInputPlaces(list: string): void {
  process.env[VARIABLE] = list;
}

/** @param path absolute @throws AppError validation if the list is damaged */
export function placeOf(path: string): string {
  const file = process.env[VARIABLE];
  if (file === undefined || file === '') return path;
  if (known?.file !== file) known = { file, places: read(file) };
  const place = known.places[path];
  return place === undefined ? path : join(dirname(file), place);
}

function read(file: string): Readonly<Record<string, string>> {
  try {
    return listSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new AppError('validation', `${file} is not a list of input files; it is damaged`, {
      cause: error,
    });
  }
}
