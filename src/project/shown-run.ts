/** Which run a file beside a plan shows. Such files show the newest run: an older one that ends later leaves them alone. */

import { parse } from 'yaml';
import { readText } from './read-folder.ts';

export interface ShownRun {
  /** Null where the file does not say: it is somebody else's. */
  readonly id: string | null;
  /** Milliseconds since the epoch; not a number where the file does not say, which is newer than nothing. */
  readonly at: number;
}

interface ShowingFile {
  /** Absolute. */
  readonly path: string;
  /** JSON or YAML. */
  readonly kind: 'json' | 'yaml';
  /** The key that names the run; when it began is in `started_at`. */
  readonly key: 'run_id' | 'execution_id' | 'session_id';
}

/** A task takes about one thousand of a status. */
const MOST_BYTES = { json: 50_000_000, yaml: 10_000_000 } as const;

/** Null for a file that is not there or cannot be read. */
export async function shownRun({ path, kind, key }: ShowingFile): Promise<ShownRun | null> {
  const text = await readText(path, MOST_BYTES[kind]);
  if (!text.ok) return null;
  try {
    const value: unknown = kind === 'json' ? JSON.parse(text.value) : parse(text.value);
    if (typeof value !== 'object' || value === null) return null;
    const { [key]: id, started_at: at } = { [key]: null, started_at: null, ...value };
    return {
      id: typeof id === 'string' ? id : null,
      at: typeof at === 'string' ? Date.parse(at) : Number.NaN,
    };
  } catch {
    return null;
  }
}

/** The run that the file shows, if it is another one that was begun later. */
export async function newerIn(file: ShowingFile, own: ShownRun): Promise<ShownRun | null> {
  const shown = await shownRun(file);
  return shown !== null && shown.id !== own.id && shown.at > own.at ? shown : null;
}
