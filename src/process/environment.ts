/**
 * What of the user's environment a child may see: an allow list, never the whole of it. Credentials, sockets of
 * agents for keys and git's own variables (GIT_DIR would point a child at the wrong repository) stay behind.
 */

/** As `process.env` has it; handed in by whoever composes the program. */
export type HostEnvironment = Readonly<Record<string, string | undefined>>;

const NAMES: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'TMPDIR',
  'TZ',
  'LANG',
  'LANGUAGE',
  'XDG_CONFIG_HOME',
  'XDG_CACHE_HOME',
  'XDG_DATA_HOME',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
]);

const PREFIXES: readonly string[] = ['LC_'];

/**
 * The part of the host's environment that any child gets, with `TERM=dumb`.
 * `more` adds names; one that ends with `*` adds all that begin so.
 */
export function allowedEnvironment(
  host: HostEnvironment,
  more: readonly string[] = [],
): Record<string, string> {
  const names = new Set([...NAMES, ...more.filter((name) => !name.endsWith('*'))]);
  const prefixes = [
    ...PREFIXES,
    ...more.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1)),
  ];
  const allowed: Record<string, string> = {};
  for (const [name, value] of Object.entries(host)) {
    if (value === undefined) continue;
    if (names.has(name) || prefixes.some((prefix) => name.startsWith(prefix))) allowed[name] = value;
  }
  return { ...allowed, TERM: 'dumb' };
}
