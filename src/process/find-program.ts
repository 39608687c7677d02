import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';

import { err, ok, type Result } from '../core/result.ts';

/** Where programs are looked up when an environment has no PATH. */
export const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** Absolute path of a program: a name is looked up in `searchPath`, a path is taken from `cwd`. The error is for people. */
export function findProgram(name: string, searchPath: string, cwd: string): Result<string, string> {
  if (name === '') return err('no command was given');
  if (name.includes('/')) {
    const path = resolve(cwd, name);
    const sight = look(path);
    return sight === 'program' ? ok(path) : err(missing(path, sight));
  }
  let forbidden: string | undefined;
  for (const folder of searchPath.split(':')) {
    const path = resolve(cwd, folder, name);
    const sight = look(path);
    if (sight === 'program') return ok(path);
    if (sight === 'not executable') forbidden ??= path;
  }
  if (forbidden !== undefined) return err(missing(forbidden, 'not executable'));
  return err(`${name} was not found; install it or mend PATH`);
}

type Sight = 'program' | 'not executable' | 'a folder' | 'absent';

function look(path: string): Sight {
  try {
    if (statSync(path).isDirectory()) return 'a folder';
  } catch {
    return 'absent';
  }
  try {
    accessSync(path, constants.X_OK);
    return 'program';
  } catch {
    return 'not executable';
  }
}

function missing(path: string, sight: Exclude<Sight, 'program'>): string {
  switch (sight) {
    case 'absent':
      return `${path} does not exist`;
    case 'a folder':
      return `${path} is a folder, not a program`;
    case 'not executable':
      return `${path} may not be executed; look at its permissions`;
  }
}
