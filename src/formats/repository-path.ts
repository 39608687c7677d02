/** Paths that plans give: made relative to the repository's root, or refused. */

import { err, ok, type Result } from '../core/result.ts';

export interface PathProblem {
  readonly rule: 'path-outside-repository' | 'path-in-git-folder' | 'path-invalid';
  readonly message: string;
  readonly remedy: string;
}

const RELATIVE = 'Give a path relative to the root of the repository, with forward slashes.';

/**
 * Backslashes become slashes, `.` segments and doubled slashes go; a slash at the end stays, since it says that a
 * folder is meant. The root itself becomes a pattern for everything.
 */
export function repositoryPath(text: string): Result<string, PathProblem> {
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text)) {
    return err({ rule: 'path-invalid', message: 'the path holds a control character', remedy: RELATIVE });
  }
  const slashed = text.replaceAll('\\', '/');
  const names = slashed.split('/').filter((name) => name !== '' && name !== '.');
  if (slashed.startsWith('/') || /^[A-Za-z]:/.test(slashed) || names[0] === '~' || names.includes('..')) {
    return err({
      rule: 'path-outside-repository',
      message: 'the path leaves the repository',
      remedy: RELATIVE,
    });
  }
  // Git takes its folder's name in any case on file systems that do.
  if (names.some((name) => name.toLowerCase() === '.git')) {
    return err({
      rule: 'path-in-git-folder',
      message: 'the path lies in the folder of git itself',
      remedy: 'Name files of the project only.',
    });
  }
  if (names.length === 0) return ok('**/*');
  return ok(names.join('/') + (/\/\.?$/.test(slashed) ? '/' : ''));
}
