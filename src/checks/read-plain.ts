import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Lock files of large projects have a few megabytes. */
const LARGEST_FILE = 64 * 1024 * 1024;

/** Null for nothing. What ran in the slot may have put anything in its place: no link is followed, no pipe waited for. */
export async function readPlain(path: string): Promise<string | null | { readonly problem: string }> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    const file = await open(path, flags);
    try {
      const facts = await file.stat();
      if (!facts.isFile()) return { problem: 'it is no file' };
      if (facts.size > LARGEST_FILE) return { problem: `it is larger than ${LARGEST_FILE} bytes` };
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') return null;
    return { problem: code === 'ELOOP' ? 'it is a link' : `the system says ${String(code)}` };
  }
}
