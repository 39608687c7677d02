/** `archives/<agent>_<execution id>.tar.gz`: what an agent has brought and its log, of one run; those of earlier runs stay. */

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packTar } from 'modern-tar';

export interface ArchivedFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

const compress = promisify(gzip);

/** The same files give the same bytes. `at` is when they are said to be of, in milliseconds since the epoch. */
export async function agentArchive(files: readonly ArchivedFile[], at: number): Promise<Uint8Array> {
  const entries = files.map(({ path, content }) => {
    const body = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    return {
      header: { name: path, type: 'file' as const, size: body.length, mode: 0o644, mtime: new Date(at) },
      body,
    };
  });
  return await compress(await packTar(entries));
}
