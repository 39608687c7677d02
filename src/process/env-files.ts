/** Secrets in the files that set the environment of a project: they are copied into worktrees, and agents read them. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { secretsOf } from './redact.ts';

const ENV_FILE = /^\.env/;
const LARGEST_FILE = 256 * 1024;
/** One word in small letters, a number, and an address without a password stand elsewhere, too, and mean nothing there. */
const PLAIN = /^(?:[a-z]+|\d+|[\w+.-]+:\/\/[^@]*)$/;

/** Of `.env`, `.env.local` and the like in the folder; none of what cannot be read. */
export function envFileSecrets(folder: string): readonly string[] {
  return listed(folder).flatMap((name) => {
    const values = Object.entries(parseEnv(contentOf(join(folder, name))));
    return secretsOf(Object.fromEntries(values.filter(([, value]) => !PLAIN.test(value ?? ''))));
  });
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => ENV_FILE.test(name));
  } catch {
    return [];
  }
}

/** In a worktree it may be a link of an agent's to a file of the system's that has no size, and no end. */
function contentOf(path: string): string {
  try {
    const stat = statSync(path);
    const isText = stat.isFile() && stat.size > 0 && stat.size <= LARGEST_FILE;
    return isText ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}
