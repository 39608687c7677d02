/** What escaped everything else, in words: what the system refuses is told as that, anything else is a bug of ours. */

import { printable } from '../core/printable.ts';
import { systemWords } from '../project/system-error.ts';
import { EXIT } from './exit.ts';

export interface Failure {
  readonly code: number;
  readonly text: string;
}

/** The user's to mend: rights, and room. */
const REFUSALS: ReadonlySet<string> = new Set(['EACCES', 'EDQUOT', 'ENOSPC', 'EPERM', 'EROFS']);

export function failureWords(error: unknown, isDebug: boolean): Failure {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const refused = systemRefusal(error);
  if (refused !== null) {
    const more = isDebug ? `${printable(stack)}\n` : '';
    return {
      code: EXIT.refused,
      text: `cox: ${printable(refused)}\n     Mend that, then run the command again. Nothing that was done is lost.\n${more}`,
    };
  }
  const shown = printable(isDebug ? stack : (stack.split('\n')[0] ?? ''));
  const more = isDebug ? '' : ' Run it again with COX_DEBUG=1 to see where.';
  return {
    code: EXIT.failed,
    text: `cox: this is a bug: ${shown}\n     Nothing that was done is lost: \`cox resume\` goes on with a run.${more}\n`,
  };
}

/** Null for what is no refusal of the system to use a file or folder. */
function systemRefusal(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error && 'path' in error)) return null;
  const { code, path } = error;
  if (typeof code !== 'string' || typeof path !== 'string') return null;
  // Node says this of a folder and all above it that are to be made in a file system that is read-only.
  if (code === 'ENOENT' && 'syscall' in error && error.syscall === 'mkdir')
    return `${path} cannot be made: what it is to lie in is read-only, or not there`;
  return REFUSALS.has(code) ? `${path} cannot be used: ${systemWords(code)}` : null;
}
