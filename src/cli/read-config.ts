/** Finds and reads the config files of the project and of the user. */

import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { type ConfigFile, type Layer, parseConfig } from '../config/parse-config.ts';
import type { ConfigProblem } from '../config/problem.ts';
import { err, ok, type Result } from '../core/result.ts';

export interface ConfigLayers {
  readonly projectConfig?: Layer;
  readonly userConfig?: Layer;
}

export const PROJECT_CONFIG = 'coxswain.config.yaml';
/** Nobody writes one that is larger. */
const MOST_BYTES = 1_000_000;

/** A file that does not exist sets nothing. `root` is the repository's top level; null outside of one. */
export async function readConfigs(
  root: string | null,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Result<ConfigLayers, readonly ConfigProblem[]>> {
  const folder = userConfigFolder(env);
  const user =
    folder === null
      ? ok(null)
      : await readLayer(join(folder, 'config.yaml'), {
          name: join(folder, 'config.yaml'),
          origin: 'user config',
        });
  const project =
    root === null
      ? ok(null)
      : await readLayer(join(root, PROJECT_CONFIG), { name: PROJECT_CONFIG, origin: 'project config' });
  if (!user.ok || !project.ok)
    return err([...(project.ok ? [] : project.error), ...(user.ok ? [] : user.error)]);
  return ok({
    ...(project.value === null ? {} : { projectConfig: project.value }),
    ...(user.value === null ? {} : { userConfig: user.value }),
  });
}

/** `$XDG_CONFIG_HOME/coxswain`; a relative value of the variable is to be ignored, says the XDG specification. */
export function userConfigFolder(env: Readonly<Record<string, string | undefined>>): string | null {
  const xdg = env['XDG_CONFIG_HOME'] ?? '';
  if (isAbsolute(xdg)) return join(xdg, 'coxswain');
  const home = env['HOME'] ?? '';
  return isAbsolute(home) ? join(home, '.config', 'coxswain') : null;
}

async function readLayer(
  path: string,
  file: Omit<ConfigFile, 'text'>,
): Promise<Result<Layer | null, readonly ConfigProblem[]>> {
  const text = await readConfigText(path, file);
  if (!text.ok) return text;
  return text.value === null ? ok(null) : parseConfig({ ...file, text: text.value });
}

/** Null when it does not exist. */
export async function readConfigText(
  path: string,
  file: Omit<ConfigFile, 'text'>,
): Promise<Result<string | null, readonly ConfigProblem[]>> {
  const problem = (message: string): Result<never, readonly ConfigProblem[]> =>
    err([{ origin: file.origin, where: `${file.name}:1:1`, message, remedy: 'Mend or remove the file.' }]);
  try {
    const found = await stat(path);
    // A link of the repository's may lead to a device without an end.
    if (!found.isFile()) return problem('is no regular file');
    if (found.size > MOST_BYTES) return problem(`is larger than ${MOST_BYTES} bytes`);
    return ok(await readFile(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return ok(null);
    return problem(`cannot be read: ${String(error.code)}`);
  }
}
