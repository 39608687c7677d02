/** Where a manifest of either form names what it was made from. */

type Path = readonly [string, string];

/** The first that is there counts. */
const TECH_SPEC: readonly Path[] = [
  ['metadata', 'tech_spec'],
  ['tech_spec', 'path'],
  ['sources', 'tech_spec'],
];
const PRD: readonly Path[] = [
  ['metadata', 'prd'],
  ['metadata', 'source_prd'],
  ['sources', 'prd'],
];

export interface NamedSource {
  readonly path: Path;
  readonly value: string;
}

export function techSpecIn(manifest: unknown): NamedSource | null {
  return firstOf(manifest, TECH_SPEC);
}

export function prdIn(manifest: unknown): NamedSource | null {
  return firstOf(manifest, PRD);
}

function firstOf(manifest: unknown, paths: readonly Path[]): NamedSource | null {
  for (const path of paths) {
    const value = own(own(manifest, path[0]), path[1]);
    if (typeof value === 'string' && value.trim() !== '') return { path, value };
  }
  return null;
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}
