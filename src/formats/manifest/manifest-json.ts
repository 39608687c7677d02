/** The value of manifest.json into its shape, with findings for what does not fit. */

import { type FindingList, quoted } from '../finding-list.ts';
import type { JsonDocument } from '../read-json.ts';
import { MANIFEST_KEYS, type Manifest, manifestSchema } from './schema.ts';
import { isSaid, misspelt, pathText, readShape, type ShapeIssue } from './shape.ts';

/** What is in these may be wrong without making the plan another one. */
const OPTIONAL: ReadonlySet<string> = new Set([
  'name',
  'title',
  'technology',
  'python_version',
  'work_type',
  'metadata',
]);

/** Null when the manifest has not the shape of one. */
export function readManifestJson(document: JsonDocument, findings: FindingList): Manifest | null {
  const { value, issues } = readShape(manifestSchema, document.value, OPTIONAL);
  reportMissing(document, issues, findings);
  for (const issue of issues) {
    if (!issue.missing) reportShape(document, issue, findings);
  }
  if (value === undefined) return null;
  tellOfKeys(document, value, findings);
  return value;
}

function tellOfKeys(document: JsonDocument, manifest: Manifest, findings: FindingList): void {
  const tell = (path: readonly PropertyKey[], value: object, known: readonly string[]): void => {
    for (const { key, meant } of misspelt(value, known))
      findings.warn({
        rule: 'manifest-key',
        at: document.at([...path, key]),
        message: `${quoted(pathText([...path, key]))} is not read: the key is written \`${meant}\``,
        remedy: 'Write it so.',
      });
  };
  tell([], manifest, MANIFEST_KEYS.manifest);
  tellOfLimit(document, manifest, findings);
  tell(['metadata'], manifest.metadata ?? {}, MANIFEST_KEYS.metadata);
  for (const [index, wave] of manifest.waves.entries()) {
    tell(['waves', index], wave, MANIFEST_KEYS.wave);
    for (const [place, task] of wave.tasks.entries())
      tell(['waves', index, 'tasks', place], task, MANIFEST_KEYS.task);
  }
}

/** Of all that belongs into the metadata, the one thing that a run goes by. */
function tellOfLimit(document: JsonDocument, manifest: Manifest, findings: FindingList): void {
  const [found] = misspelt({ ...manifest, max_parallel: undefined }, ['max_parallel']);
  const key = isSaid(manifest['max_parallel']) ? 'max_parallel' : found?.key;
  if (key === undefined) return;
  findings.warn({
    rule: 'manifest-key',
    at: document.at([key]),
    message: `${quoted(key)} is not read here: how many agents work at once stands under \`metadata\``,
    remedy: 'Write it there, as `max_parallel`.',
  });
}

/** One finding for all of them, in the words that tools look for. */
function reportMissing(document: JsonDocument, issues: readonly ShapeIssue[], findings: FindingList): void {
  const missing = issues.filter((issue) => issue.missing && issue.path.length > 0);
  const [first] = missing;
  if (first === undefined) return;
  findings.error({
    rule: 'missing-required-fields',
    at: document.at(first.path.slice(0, -1)),
    message: [
      'ERROR: manifest.json validation failed',
      'Missing required fields:',
      ...missing.map(({ path }) => `  - ${pathText(path)}`),
    ].join('\n'),
    remedy: 'Add them to manifest.json.',
  });
}

function reportShape(document: JsonDocument, { path, message }: ShapeIssue, findings: FindingList): void {
  const minor = OPTIONAL.has(String(path[0]));
  findings[minor ? 'warn' : 'error']({
    rule: 'manifest-field',
    at: document.at(path),
    message: `${pathText(path) || 'the manifest'}: ${message}`,
    remedy: minor
      ? 'Give it a value of the expected kind; until then it is left out.'
      : path.at(-2) === 'tasks'
        ? 'Write it as an object with an id, as in `{ "id": "task-001" }`.'
        : 'Give it a value of the expected kind.',
  });
}
