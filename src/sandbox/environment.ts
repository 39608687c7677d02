import { isWithin } from './host-view.ts';

/** Folders of the user's, which a confined process has its own of. */
const USER_FOLDERS = [
  'XDG_CONFIG_HOME',
  'XDG_CACHE_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'XDG_RUNTIME_DIR',
];

/** The environment inside a sandbox: with folders that are there. */
export function confinedEnvironment(
  env: Readonly<Record<string, string>>,
  home: string | null,
): Readonly<Record<string, string>> {
  const kept = Object.entries(env).filter(
    ([name, path]) => !USER_FOLDERS.includes(name) || (home !== null && isWithin(path, home)),
  );
  return { ...Object.fromEntries(kept), TMPDIR: '/tmp', ...(home === null ? { HOME: '/tmp' } : {}) };
}
