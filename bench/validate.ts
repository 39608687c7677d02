/**
 * The time to read and check a manifest of 2,000 tasks, each with a file of its own, as `cox validate` does, against
 * the floor of it: reading the same files and parsing their JSON and YAML. Goal: under 2 seconds.
 */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parse } from 'yaml';
import { loadPlan } from '../src/project/load-plan.ts';
import { interleave, median, medianRatio } from './lib/rounds.ts';
import { printTable, round } from './lib/table.ts';

const TASKS = 2_000;
const WAVES = 20;
const ROUNDS = 5;
const GOAL_MS = 2_000;

const repository = mkdtempSync(join(tmpdir(), 'cox-bench-validate-'));
const folder = join(repository, 'parallel', 'TS-0001-large');
const taskFolder = join(folder, 'tasks');

const idOf = (index: number): string => `task-${String(index + 1).padStart(4, '0')}`;
const waveOf = (index: number): number => Math.floor((index * WAVES) / TASKS) + 1;

/** Up to three tasks of the wave before. */
function dependenciesOf(index: number): string[] {
  if (waveOf(index) === 1) return [];
  const before = index - TASKS / WAVES;
  return [before, before - (index % 7), before - (index % 13)]
    .filter((at, place, all) => at >= 0 && waveOf(at) === waveOf(index) - 1 && all.indexOf(at) === place)
    .map(idOf);
}

function taskText(index: number): string {
  const id = idOf(index);
  const path = `src/part-${index % 40}/module-${index}`;
  return `---
id: ${id}-module
component: module-${index % 40}
wave: ${waveOf(index)}
deps: [${dependenciesOf(index).join(', ')}]
agent: experts:any
---

# ${id}: Make module ${index}

## Scope

CREATE: ${path}.ts, ${path}.test.ts
MODIFY: src/part-${index % 40}/index-${index}.ts
BOUNDARY: src/main.ts, src/shared/**

## Requirements

- Give a function that does what module ${index} has to do
- Reject what it cannot do, with a reason
- Keep to the contracts in \`types.ts\`

## Checklist

- [ ] The module is there
- [ ] Its tests pass
- [ ] Nothing else has changed
`;
}

function writePlan(): void {
  mkdirSync(join(repository, '.git'));
  mkdirSync(taskFolder, { recursive: true });
  const indexes = Array.from({ length: TASKS }, (_, index) => index);
  for (const index of indexes) writeFileSync(join(taskFolder, `${idOf(index)}-module.md`), taskText(index));
  const waves = Array.from({ length: WAVES }, (_, wave) => ({
    number: wave + 1,
    tasks: indexes
      .filter((index) => waveOf(index) === wave + 1)
      .map((index) => ({ id: idOf(index), agent: 'experts:any' })),
  }));
  const manifest = { tech_spec_id: 'TS-0001', name: 'large', technology: 'typescript', waves };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest, null, 2));
  writeFileSync(join(folder, 'context.md'), 'A large plan.\n');
}

function readAndParse(): void {
  JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  for (const name of readdirSync(taskFolder)) {
    const [, frontMatter = ''] = readFileSync(join(taskFolder, name), 'utf8').split('---\n');
    parse(frontMatter);
  }
}

async function validate(): Promise<void> {
  const loaded = await loadPlan({ path: folder, repository });
  if (loaded.is !== 'read' || loaded.plan?.tasks.length !== TASKS)
    throw new Error(JSON.stringify(loaded).slice(0, 500));
  const error = loaded.findings.find((finding) => finding.severity === 'error');
  if (error !== undefined) throw new Error(JSON.stringify(error));
}

try {
  writePlan();
  const timings = await interleave(
    [
      { name: 'read and parse', run: readAndParse },
      { name: 'validate', run: validate },
    ],
    ROUNDS,
  );
  const took = (name: string): number => median(timings.get(name) ?? []);
  console.log(`medians of ${ROUNDS} rounds, in turn; ${TASKS} tasks in ${WAVES} waves\n`);
  printTable(
    ['what', 'ms', 'ratio', 'goal'],
    [
      ['read and parse', round(took('read and parse'), 0), 1, ''],
      [
        'validate',
        round(took('validate'), 0),
        round(medianRatio(timings, 'validate', 'read and parse'), 2),
        `under ${GOAL_MS} ms`,
      ],
    ],
  );
} finally {
  rmSync(repository, { recursive: true, force: true });
}
