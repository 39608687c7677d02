/**
 * The hosts that a sandbox with an allow list lets through: `example.org`, `*.example.org` (every name below it, at
 * any depth, and not example.org itself), an IPv4 address, or an IPv6 address in brackets; each may end with `:port`,
 * else ports 80 and 443 are meant. `localhost:port` is the machine's own service on that port.
 */

import { err, ok, type Result } from './result.ts';

/** A host in the one spelling in which hosts are compared. */
export type Host =
  /** In ASCII and lower case, without a dot at its end. */
  | { readonly is: 'name'; readonly text: string }
  /** Canonical; IPv6 without brackets; an IPv4-mapped one as IPv4. */
  | { readonly is: 'address'; readonly text: string };

export interface Target {
  readonly host: Host;
  readonly port: number;
}

export type HostRule =
  | { readonly is: 'host'; readonly host: Host; readonly port: number | null }
  | { readonly is: 'below'; readonly name: string; readonly port: number | null };

const LOCALHOST = 'localhost';
const DEFAULT_PORTS: readonly number[] = [80, 443];
/** Below it, only root may open a port. */
const FIRST_FREE_PORT = 1024;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;
/** What a URL's parser would take for another part of the URL, decode, or throw away. */
const NOT_IN_HOST = /[\s\u0000-\u001f\u007f/\\?#@%<>|^]/;
/** An address in brackets, or anything without a colon; then perhaps a port. */
const WITH_PORT = /^(\[[^[\]]*\]|[^:[\]]*)(?::(\d{1,5}))?$/;

/** The rules, or for each entry that is none why, and what to write instead. */
export function parseHostList(entries: readonly string[]): Result<readonly HostRule[], readonly string[]> {
  const parsed = entries.map(parseEntry);
  const problems = parsed.flatMap((result) => (result.ok ? [] : [result.error]));
  return problems.length > 0
    ? err(problems)
    : ok(parsed.flatMap((result) => (result.ok ? [result.value] : [])));
}

function parseEntry(entry: string): Result<HostRule, string> {
  const shown = entry.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/i, '$1…@');
  const wrong = (why: string) => err(`${JSON.stringify(shown)} ${why}`);
  const shape = shapeProblem(entry);
  if (shape !== null) return wrong(shape);
  const [, written = '', digits] = WITH_PORT.exec(entry) ?? [];
  const port = digits === undefined ? null : portNumber(digits);
  if (digits !== undefined && port === null) return wrong('has no port between 1 and 65535');
  if (written.startsWith('*')) return parseWildcard(written, port, wrong);
  const host = canonicalHost(written);
  if (host === null)
    return wrong('is no host name and no address; write it like example.org or *.example.org');
  if (host.is === 'address') {
    const problem = addressProblem(written, host.text);
    if (problem !== null) return wrong(problem);
  }
  if (isLoopback(host) && (port ?? 0) < FIRST_FREE_PORT) {
    const remedy = `name its port, ${FIRST_FREE_PORT} or more: ${written}:8080`;
    return wrong(`is this machine itself, whose services are shown one by one; ${remedy}`);
  }
  return ok({ is: 'host', host, port });
}

function shapeProblem(entry: string): string | null {
  const url = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/?#]+)/i.exec(entry);
  if (url !== null) return `is a URL; write only its host: ${url[1]}`;
  if (entry === '') return 'is empty; leave it out';
  if (entry === '*') return 'is every host; open the network instead';
  if (/^[0-9a-f.:[\]]+\/\d+$/i.test(entry)) return 'is a range; name each address, or the hosts by name';
  if (/[/?#]/.test(entry)) return `has a path; write only the host: ${entry.split(/[/?#]/)[0]}`;
  if (entry.includes('@')) return `has a user's name; write only the host: ${entry.split('@').at(-1)}`;
  if (/^[0-9a-f:.]*:[0-9a-f.]*:[0-9a-f:.]*$/i.test(entry)) return `needs brackets: [${entry}]`;
  if (!WITH_PORT.test(entry)) return 'has no port that is a number; write it like example.org:8443';
  return null;
}

function parseWildcard(
  written: string,
  port: number | null,
  wrong: (why: string) => Result<HostRule, string>,
): Result<HostRule, string> {
  const base = canonicalHost(written.slice(2));
  if (!written.startsWith('*.') || base === null || base.is !== 'name')
    return wrong('has a * elsewhere than in front of a name; write it like *.example.org');
  if (!base.text.includes('.')) return wrong('is too wide; name at least two parts, like *.example.org');
  return ok({ is: 'below', name: base.text, port });
}

function addressProblem(written: string, canonical: string): string | null {
  if (canonical === '::' || canonical.startsWith('0.'))
    return 'is nobody’s address; write 127.0.0.1 for this machine';
  const bare = written.replace(/^\[|\]$/g, '');
  if (canonical.includes(':') || bare === canonical) return null;
  return `is an unusual spelling of an address; write ${canonical}`;
}

function portNumber(digits: string): number | null {
  const port = Number(digits);
  return port >= 1 && port <= 65_535 ? port : null;
}

/** An IPv6 address has brackets here. Null for what is no host. */
export function canonicalHost(text: string): Host | null {
  if (text === '' || NOT_IN_HOST.test(text)) return null;
  // The parser of URLs knows every spelling of addresses, and punycode. It lets a colon through as a port.
  if (!text.startsWith('[') && text.includes(':')) return null;
  const hostname = URL.parse(`http://${text}/`)?.hostname ?? '';
  if (hostname.startsWith('[')) return { is: 'address', text: unmapped(hostname.slice(1, -1)) };
  const name = hostname.replace(/\.$/, '');
  if (IPV4.test(name)) return { is: 'address', text: name };
  if (name.length > 253 || !name.split('.').every((label) => LABEL.test(label))) return null;
  return { is: 'name', text: name };
}

function unmapped(address: string): string {
  const [, high, low] = MAPPED.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const bits = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return bits.flatMap((word) => [word >> 8, word & 255]).join('.');
}

/** `host:port` as a client of a proxy asks for it: ASCII, and nothing but that. */
export function parseTarget(authority: string): Target | null {
  if (!/^[\x21-\x7e]+$/.test(authority)) return null;
  const [, written = '', digits = ''] = WITH_PORT.exec(authority) ?? [];
  const host = canonicalHost(written);
  const port = portNumber(digits);
  return host === null || port === null ? null : { host, port };
}

/** As it is written in front of a port. */
export function authorityOf({ host, port }: Target): string {
  return host.text.includes(':') ? `[${host.text}]:${port}` : `${host.text}:${port}`;
}

export function isListed(rules: readonly HostRule[], target: Target): boolean {
  return rules.some((rule) => isOfPort(rule, target.port) && isOfHost(rule, target.host));
}

/** Whether the list names this address itself, not a name that leads to it. */
export function isAddressListed(rules: readonly HostRule[], address: string, port: number): boolean {
  const host: Host = { is: 'address', text: address };
  return rules.some((rule) => {
    if (rule.is !== 'host' || !isOfPort(rule, port)) return false;
    return (
      isOfHost(rule, host) || (rule.host.text === LOCALHOST && loopbackAddresses(rule.host).includes(address))
    );
  });
}

function isOfPort({ port }: HostRule, asked: number): boolean {
  return port === null ? DEFAULT_PORTS.includes(asked) : port === asked;
}

function isOfHost(rule: HostRule, host: Host): boolean {
  if (rule.is === 'below') return host.is === 'name' && host.text.endsWith(`.${rule.name}`);
  return rule.host.is === host.is && rule.host.text === host.text;
}

/** Addresses of the machine itself that a host stands for, without asking anybody; else none. */
export function loopbackAddresses({ is, text }: Host): readonly string[] {
  if (is === 'name') return text === LOCALHOST ? ['127.0.0.1', '::1'] : [];
  return text === '::1' || text.startsWith('127.') ? [text] : [];
}

function isLoopback(host: Host): boolean {
  return loopbackAddresses(host).length > 0;
}

/** The services of the machine itself that the list names. */
export function listedServices(
  rules: readonly HostRule[],
): readonly { readonly address: string; readonly port: number }[] {
  return rules.flatMap((rule) => {
    if (rule.is !== 'host' || rule.port === null) return [];
    const { port } = rule;
    return loopbackAddresses(rule.host).map((address) => ({ address, port }));
  });
}
