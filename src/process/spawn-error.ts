import { statSync } from 'node:fs';

/** Why a program could not be started, for people. Node names the program even when it is the folder that is missing. */
export function spawnErrorDetail(error: unknown, program: string, cwd: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (!isFolder(cwd)) return `the folder ${cwd} does not exist`;
  switch (code) {
    case 'ENOENT':
      return `${program} was not found; install it or mend PATH`;
    case 'EACCES':
      return `${program} may not be executed; look at its permissions`;
    case 'EAGAIN':
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOMEM':
      return `this machine gives no more processes or files (${code}); lower the number of agents or raise its limits`;
    case 'E2BIG':
      return `the command line or the environment of ${program} is longer than this system allows`;
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** False also when it cannot be looked at. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
