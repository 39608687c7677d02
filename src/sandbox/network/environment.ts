/** What programs in the sandbox look at to find the proxy; all of it in both cases, for each knows another one. */

const PROXIED = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'] as const;
const DIRECT = 'NO_PROXY';
/** The sandbox's own loopback device, for servers that a program starts itself. */
const LOOPBACK = 'localhost,127.0.0.1,::1';
const REPLACED: ReadonlySet<string> = new Set([...PROXIED, DIRECT]);

/** Where NODE_OPTIONS waits for the program while the keeper goes without. */
export const PROGRAM_OPTIONS = 'COX_PROGRAM_NODE_OPTIONS';

/** The user's own proxy is not named in it: its URL may hold a password. */
export function proxiedEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  port: number,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && !REPLACED.has(name.toUpperCase())) kept[name] = value;
  const url = `http://127.0.0.1:${port}`;
  for (const name of PROXIED) Object.assign(kept, { [name]: url, [name.toLowerCase()]: url });
  const { [PROGRAM_OPTIONS]: options = '', ...others } = kept;
  if (options !== '') others['NODE_OPTIONS'] = options;
  return { ...others, [DIRECT]: LOOPBACK, [DIRECT.toLowerCase()]: LOOPBACK, NODE_USE_ENV_PROXY: '1' };
}
