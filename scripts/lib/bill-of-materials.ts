/** The bill of materials that goes with the package: what `npm sbom` says of the lock file, the same on every machine. */

interface Bom {
  readonly metadata: {
    readonly component: Readonly<Record<string, unknown>>;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/** Throws when the text is no CycloneDX document. */
export function billOfMaterials(text: string, name: string): string {
  const bom: Bom = JSON.parse(text);
  if (bom['bomFormat'] !== 'CycloneDX') throw new Error('npm sbom gave no CycloneDX document');
  // Both are optional; they would make each package differ from the next of the same sources.
  const { serialNumber: _number, metadata, ...rest } = bom;
  const { timestamp: _time, ...known } = metadata;
  // Npm takes the name of the folder.
  const component = { ...metadata.component, name };
  return `${JSON.stringify({ ...rest, metadata: { ...known, component } }, null, 2)}\n`;
}
