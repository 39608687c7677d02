/** The proxy of a sandbox: connects to what the list names and answers everything else with 403. */

import type { lookup } from 'node:dns';
import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIPv6, type LookupFunction, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PrepareRequestFunctionResult, Server as ProxyServer, RequestError } from 'proxy-chain';
import {
  authorityOf,
  type HostRule,
  loopbackAddresses,
  parseTarget,
  type Target,
} from '../../core/host-list.ts';
import { type Judgement, judge, type Resolve } from './gate.ts';
import type { Refusal } from './refusals.ts';

export interface ProxyOptions {
  readonly rules: readonly HostRule[];
  readonly resolve: Resolve;
  /** The user's own proxy for a URL, as a URL; empty for none. */
  readonly upstream: (url: string) => string;
  readonly onRefused: (refusal: Refusal) => void;
}

/** Connections used once: nobody is answered with what another request brought. */
const AGENTS = {
  httpAgent: new HttpAgent({ keepAlive: false }),
  httpsAgent: new HttpsAgent({ keepAlive: false }),
};
const UPSTREAM_PROTOCOL = /^(?:https?|socks(?:4a?|5h?)?):$/;
/** How long the resolver here is waited for where the user's proxy has one of its own. */
const PATIENCE_MS = 2_000;
/** For which Node.js sends a body without saying where it ends, unless its length is given. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

/** Does not listen yet. */
export function createProxy(options: ProxyOptions): Server {
  const proxy = new ProxyServer({
    authRealm: 'coxswain',
    prepareRequestFunction: ({ request, isHttp }) => prepare(options, request, isHttp),
  });
  // An upload may take its time.
  proxy.server.requestTimeout = 0;
  return proxy.server;
}

async function prepare(
  options: ProxyOptions,
  request: IncomingMessage,
  isHttp: boolean,
): Promise<PrepareRequestFunctionResult> {
  const asked = isHttp ? plainRequest(request) : { target: parseTarget(request.url ?? ''), path: '' };
  const { target, path } = asked;
  if (target === null)
    throw new RequestError('cox: the request names no host and port that can be read\n', 400);
  const authority = authorityOf(target);
  const upstream = loopbackAddresses(target.host).length > 0 ? '' : upstreamFor(options, authority, isHttp);
  const resolve = upstream === '' ? options.resolve : impatient(options.resolve);
  const judgement = await judge(options.rules, target, resolve);
  // The library reads it again: it connects to what was judged, in the spelling that was judged.
  request.url = isHttp ? `http://${authority}${path}` : authority;
  switch (judgement.is) {
    case 'allowed':
      return upstream === ''
        ? { ...AGENTS, dnsLookup: lookupOf(judgement.addresses) }
        : { ...AGENTS, upstreamProxyUrl: upstream };
    case 'unresolved':
      // Behind a proxy, names of the outside often mean nothing inside.
      if (upstream !== '') return { ...AGENTS, upstreamProxyUrl: upstream };
      throw new RequestError(`cox: the address of ${target.host.text} could not be found\n`, 502);
    case 'not-listed':
    case 'not-public':
      options.onRefused({ target: authority, why: judgement.is });
      throw new RequestError(refusalText(target, judgement), 403);
  }
}

function refusalText({ host, port }: Target, judgement: Judgement): string {
  const address = judgement.is === 'not-public' ? judgement.address : null;
  const entry = authorityOf(
    address === null ? { host, port } : { host: { is: 'address', text: address }, port },
  );
  const why =
    address === null
      ? `${authorityOf({ host, port })} is not among the hosts that this sandbox may reach`
      : `${host.text} leads to ${address}, which is not a public address`;
  return `cox: ${why}; to allow it, add ${entry} to the list of hosts of the setting "network"\n`;
}

function upstreamFor({ upstream }: ProxyOptions, authority: string, isHttp: boolean): string {
  const url = upstream(`${isHttp ? 'http' : 'https'}://${authority}`);
  if (url !== '' && !UPSTREAM_PROTOCOL.test(URL.parse(url)?.protocol ?? ''))
    throw new RequestError(
      'cox: HTTP_PROXY, HTTPS_PROXY or ALL_PROXY of this machine is not the URL of a proxy\n',
      502,
    );
  return url;
}

/** Of a request that is not for a tunnel. */
function plainRequest(request: IncomingMessage): { readonly target: Target | null; readonly path: string } {
  const url = URL.parse(request.url ?? '');
  const target = url === null ? null : parseTarget(`${url.hostname}:${url.port === '' ? 80 : url.port}`);
  if (url === null || target === null) return { target: null, path: '' };
  const hosts = request.headersDistinct['host'] ?? [];
  const named = hosts.map((host) => parseTarget(host) ?? parseTarget(`${host}:80`));
  // A server of many sites goes by the header, and the header was not judged.
  if (named.length !== 1 || !named[0] || authorityOf(named[0]) !== authorityOf(target))
    throw new RequestError('cox: the header Host names another host than the request\n', 400);
  // The rest of a body that nobody knows the end of would be read as a request of its own.
  if (request.headers['transfer-encoding'] !== undefined && BODILESS.has(request.method ?? ''))
    throw new RequestError(`cox: a body of ${request.method} needs its length\n`, 411);
  return { target, path: `${url.pathname}${url.search}` };
}

/** Without an answer in time, the name has no address here. */
function impatient(resolve: Resolve): Resolve {
  return (name) => Promise.race([resolve(name), sleep(PATIENCE_MS, [], { ref: false })]);
}

/** In place of asking for the name again: DNS may answer otherwise the second time. */
function lookupOf(addresses: readonly string[]): typeof lookup {
  const known = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  const answer: LookupFunction = (_name, options, done) => {
    const [first] = known;
    if (options.all || first === undefined) done(null, [...known]);
    else done(null, first.address, first.family);
  };
  // The library wants all of what `lookup` is, and hands it to `connect`, which only calls it.
  return answer as typeof lookup;
}
