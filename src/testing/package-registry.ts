/** A registry of npm packages on loopback: enough of it for a package manager to lock and install what it is asked for. */

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

const BLOCK = 512;
const PUBLISHED = '2020-01-01T00:00:00.000Z';

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
  const contents = new Map(
    Object.entries(packages).flatMap(([name, versions]) =>
      versions.map((version) => [tarballPath(name, version), tarball(name, version)] as const),
    ),
  );
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '/').slice(1));
    const content = contents.get(name);
    if (content !== undefined) {
      response.end(content);
      return;
    }
    asked.push(name);
    const versions = Object.hasOwn(packages, name) ? packages[name] : undefined;
    response.writeHead(versions === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        versions === undefined
          ? { error: 'Not found' }
          : packument(name, { versions, url: `http://${request.headers.host}/` }),
      ),
    );
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

function packument(
  name: string,
  { versions, url }: { readonly versions: readonly string[]; readonly url: string },
): unknown {
  const entries = versions.map((version) => {
    const integrity = `sha512-${createHash('sha512').update(tarball(name, version)).digest('base64')}`;
    const dist = { tarball: `${url}${tarballPath(name, version)}`, integrity };
    return [version, { name, version, dist }];
  });
  // Package managers leave alone what was published just now.
  const time = Object.fromEntries(versions.map((version) => [version, PUBLISHED]));
  return { name, 'dist-tags': { latest: versions.at(-1) }, time, versions: Object.fromEntries(entries) };
}

function tarballPath(name: string, version: string): string {
  return `${name}/-/${name}-${version}.tgz`;
}

/** A package of one file, in the format of https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
function tarball(name: string, version: string): Buffer {
  const content = Buffer.from(JSON.stringify({ name, version }));
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number): string => value.toString(8).padStart(length - 1, '0');
  header.write('package/package.json', 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(content.length, 12), 124);
  header.write(octal(0, 12), 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)}\0 `, 148);
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return gzipSync(Buffer.concat([header, content, padding, Buffer.alloc(2 * BLOCK)]));
}
