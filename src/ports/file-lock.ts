import type { Result } from '../core/result.ts';

/**
 * Runs the work while nobody else on this machine has the lock of that file, which need not exist. Not reentrant. The
 * error says why the lock cannot be had; what the work throws is passed on.
 */
export type FileLock = <T>(file: string, work: () => Promise<T>) => Promise<Result<T, string>>;
