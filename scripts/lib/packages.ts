/** What every package of the lock file has to be: exact, with a hash, from no particular host, of a known licence. */

/** Packages with an install script, each with the reason why it may run one. The same as `allowScripts` in package.json. */
const INSTALL_SCRIPTS: Readonly<Record<string, string>> = {
  node: 'installs the node-bin-* package of the platform; for development only',
};

/** Of what is installed with Coxswain: all allow use in any program, on the condition that their text is kept. */
const LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Unlicense',
]);

/** Licences that the lock file does not have, by package and version, as its own files say. */
const READ: Readonly<Record<string, string>> = {
  // In the field `licenses`, which npm no longer knows, and in its Readme.md.
  'format@0.2.2': 'MIT',
};

export interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  /** Of the project itself. */
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface Lock {
  readonly lockfileVersion: number;
  /** By place: `` is the project itself, `node_modules/a/node_modules/b` a package. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

/** Everything that is wrong, one line each. */
export function packageProblems(manifest: Manifest, lock: Lock): readonly string[] {
  const packages = Object.entries(lock.packages).filter(([place]) => place !== '');
  return [
    ...inexact(manifest),
    ...(lock.lockfileVersion === 3 ? [] : [`the lock file has format ${lock.lockfileVersion}, not 3`]),
    ...packages.flatMap(([place, locked]) => flawsOf(place, locked)),
    ...scriptProblems(manifest, packages),
  ];
}

function inexact({ dependencies, devDependencies, optionalDependencies }: Manifest): string[] {
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(
      ([, version]) => !/^(?:npm:(?:@[a-z0-9._-]+\/)?[a-z0-9._-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version),
    )
    .map(([name, version]) => `package.json takes ${name} in ${version}, which is no exact version`);
}

function flawsOf(place: string, locked: LockedPackage): string[] {
  if (locked.link === true || !place.includes('node_modules/'))
    return [`${place} is no package of the registry`];
  const flaws: string[] = [];
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(locked.integrity ?? ''))
    flaws.push(`${place} has no SHA-512 hash`);
  // Without it the lock file works behind any mirror, and leads to none.
  if (locked.resolved !== undefined) flaws.push(`${place} names the place it comes from: ${locked.resolved}`);
  const licence = locked.license ?? READ[`${nameOf(place)}@${locked.version ?? ''}`] ?? '';
  if (locked.dev !== true && !isAllowed(licence))
    flaws.push(`${place} has the licence ${JSON.stringify(licence)}, which is not on the list`);
  return flaws;
}

/** A licence as SPDX writes it; of alternatives one is enough. */
function isAllowed(expression: string): boolean {
  return expression
    .replace(/^\(|\)$/g, '')
    .split(' OR ')
    .some((way) => way.split(' AND ').every((licence) => LICENCES.has(licence)));
}

function scriptProblems(
  { allowScripts = {} }: Manifest,
  packages: readonly (readonly [place: string, locked: LockedPackage])[],
): string[] {
  const running = new Set(
    packages.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([place]) => nameOf(place)),
  );
  const listed = new Set(Object.keys(INSTALL_SCRIPTS));
  const allowed = new Set(Object.keys(allowScripts).filter((name) => allowScripts[name] === true));
  return [
    ...[...running.difference(listed)].map(
      (name) =>
        `${name} runs a script when it is installed, and scripts/lib/packages.ts gives no reason for it`,
    ),
    ...[...listed.difference(running)].map(
      (name) => `scripts/lib/packages.ts gives a reason for ${name}, which runs no script`,
    ),
    ...[...listed.symmetricDifference(allowed)].map(
      (name) => `allowScripts in package.json and scripts/lib/packages.ts do not agree on ${name}`,
    ),
  ];
}

/** `@a/b` of `node_modules/c/node_modules/@a/b`. */
export function nameOf(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** The lock file as it is published: what is installed with Coxswain and nothing else. */
export function publishedLock(lock: Lock): Lock {
  const packages = Object.entries(lock.packages)
    .filter(([, { dev }]) => dev !== true)
    .map(([place, { devDependencies: _, ...rest }]) => [place, rest] as const);
  return { ...lock, packages: Object.fromEntries(packages) };
}
