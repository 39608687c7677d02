/** A registry of npm packages on loopback: enough of it for a package manager to lock what it is asked for. */

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PackageRegistry {
  readonly url: string;
  /** Names that were asked for. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** `packages` are names with the versions there are. */
export async function openRegistry(
  packages: Readonly<Record<string, readonly string[]>>,
): Promise<PackageRegistry> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '/').slice(1));
    asked.push(name);
    const versions = Object.hasOwn(packages, name) ? packages[name] : undefined;
    response.writeHead(versions === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(versions === undefined ? { error: 'Not found' } : packument(name, versions)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${isPort(address) ? address.port : 0}/`;
  return {
    url,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isPort(address: string | AddressInfo | null): address is AddressInfo {
  return address !== null && typeof address !== 'string';
}

function packument(name: string, versions: readonly string[]): unknown {
  const entries = versions.map((version) => {
    const integrity = `sha512-${createHash('sha512').update(`${name}@${version}`).digest('base64')}`;
    const tarball = `https://registry.invalid/${name}/-/${name}-${version}.tgz`;
    return [version, { name, version, dist: { tarball, integrity } }];
  });
  return { name, 'dist-tags': { latest: versions.at(-1) }, versions: Object.fromEntries(entries) };
}
