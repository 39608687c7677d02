// The files that only the package has: the lock of what is installed with it, and its bill of materials. Made before
// `npm pack`, and taken away after it with --remove: npm in the checkout would take the lock for its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { billOfMaterials } from './lib/bill-of-materials.ts';
import { type Lock, publishedLock } from './lib/packages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const LOCK = join(root, 'npm-shrinkwrap.json');
const BILL = join(root, 'sbom.cdx.json');

function make(): void {
  const { devDependencies: _, ...manifest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const locked: Lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const lock = `${JSON.stringify(publishedLock(locked), null, 2)}\n`;
  writeFileSync(BILL, billOfMaterials(askNpm(JSON.stringify(manifest), lock), manifest.name));
  writeFileSync(LOCK, lock);
}

/** In a folder without development packages: with --omit=dev npm leaves out what development needs as well. */
function askNpm(manifest: string, lock: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cox-sbom-'));
  try {
    writeFileSync(join(folder, 'package.json'), manifest);
    writeFileSync(join(folder, 'package-lock.json'), lock);
    const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
    const { status, stdout, error } = spawnSync('npm', args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (status !== 0) throw new Error(`npm sbom failed: ${error?.message ?? `exit ${status}`}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const file of [LOCK, BILL]) rmSync(file, { force: true });
if (!process.argv.includes('--remove')) make();
