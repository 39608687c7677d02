/** What the system says of a file or folder, in words. */

export const NOT_THERE = 'it is not there';

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'a file is in its place',
  ELOOP: 'its links lead in a circle',
  ENOENT: NOT_THERE,
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is a file, and no folder',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
};

/** The system's name of an error, e.g. `ENOENT`. Anything else is a bug, and thrown again. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
}

export function systemWords(code: string): string {
  return WORDS[code] ?? `the system says ${code}`;
}
