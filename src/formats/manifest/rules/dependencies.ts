/** Packages that the plan wants installed: their names are names, and their versions pinned. */

import { type FindingList, quoted } from '../../finding-list.ts';
import { ECOSYSTEMS, type Ecosystem, STEPS } from '../package-changes.ts';
import type { RuleInput } from './rule.ts';

/** PEP 508 names with extras and one exact version; a marker may follow. https://peps.python.org/pep-0508/ */
const PYTHON_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\s*(?:\[[A-Za-z0-9._,\s-]*\])?/;
const PYTHON_PIN = /^\s*={2,3}\s*[A-Za-z0-9][A-Za-z0-9.!+_-]*\s*(?:;.*)?$/;
/** https://semver.org */
const NODE_NAME = /^(?:@[a-z0-9~][\w.~-]*\/)?[A-Za-z0-9~][\w.~-]*/;
const NODE_PIN = /^@\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/;

/** What may follow the name of a package that is removed: versions, a marker, or nothing. */
const REST = /^\s*(?:$|[@<>=!~;(])/;

const FORMS: Readonly<Record<Ecosystem, { name: RegExp; pin: RegExp; example: string }>> = {
  python: { name: PYTHON_NAME, pin: PYTHON_PIN, example: 'pydantic==2.5.3' },
  node: { name: NODE_NAME, pin: NODE_PIN, example: 'zod@3.22.4' },
};

export function checkDependencies(input: RuleInput, findings: FindingList): void {
  const { dependencies } = input.manifest;
  if (dependencies === null || dependencies === undefined) return;
  checkKeys(input, { path: ['dependencies'], value: dependencies, known: ECOSYSTEMS }, findings);
  for (const ecosystem of ECOSYSTEMS) {
    const packages = dependencies[ecosystem] ?? {};
    checkKeys(input, { path: ['dependencies', ecosystem], value: packages, known: STEPS }, findings);
    for (const step of STEPS) {
      for (const [index, text] of (packages[step] ?? []).entries()) {
        checkPackage(input, { ecosystem, step, index, text }, findings);
      }
    }
  }
}

interface Keys {
  readonly path: readonly string[];
  readonly value: object;
  readonly known: readonly string[];
}

/** Elsewhere unknown keys are somebody's own; here one is work that would not be done. */
function checkKeys({ document }: RuleInput, { path, value, known }: Keys, findings: FindingList): void {
  for (const [key, inner] of Object.entries(value)) {
    const isEmpty = typeof inner === 'object' && Object.keys(inner ?? {}).length === 0;
    if (known.includes(key) || isEmpty) continue;
    findings.warn({
      rule: 'dependency-key-unknown',
      at: document.at([...path, key]),
      message: `nothing is installed for ${quoted(key)} of ${path.join('.')}`,
      remedy: `Write one of ${known.join(', ')}, or take it out.`,
    });
  }
}

interface Package {
  readonly ecosystem: Ecosystem;
  readonly step: (typeof STEPS)[number];
  readonly index: number;
  readonly text: string;
}

function checkPackage(
  { document, allowUnpinned }: RuleInput,
  { ecosystem, step, index, text }: Package,
  findings: FindingList,
): void {
  const at = document.at(['dependencies', ecosystem, step, index]);
  const { name, pin, example } = FORMS[ecosystem];
  const trimmed = text.trim();
  const named = name.exec(trimmed)?.[0] ?? '';
  const rest = trimmed.slice(named.length);
  const isNone = named === '' || (step === 'remove' && !REST.test(rest));
  if (isNone || /[\u0000-\u001f\u007f]/.test(trimmed)) {
    findings.error({
      rule: 'dependency-name',
      at,
      message: `${quoted(text)} is no name of a package`,
      remedy: `Write name and version, as in ${example}.`,
    });
  } else if (step !== 'remove' && !pin.test(rest)) {
    findings[allowUnpinned ? 'warn' : 'error']({
      rule: 'dependency-unpinned',
      at,
      message: `${quoted(text)} does not pin one version`,
      remedy: `Pin it, as in ${example}, or allow it with --allow-unpinned.`,
    });
  }
}
