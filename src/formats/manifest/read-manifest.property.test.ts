import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isValid } from '../../core/finding.ts';
import { topologicalOrder } from '../../core/graph.ts';
import { manifestFiles, type TaskText } from '../../testing/manifest-files.ts';
import { assertPlaced } from '../../testing/plan-examples.ts';
import { LocatedText } from '../located-text.ts';
import { readManifest } from './read-manifest.ts';

/** Text that has a chance to get past the first check. */
const pieces = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '---\n',
          '\n',
          '\r\n',
          '# task-001: T\n',
          '## Scope\n',
          'CREATE: ',
          'MODIFY:',
          '**BOUNDARY**: ',
          '- [ ] x\n',
          '- ',
        ],
        ...[
          'id: task-001\n',
          'deps: [task-002]\n',
          'blocks: task-001\n',
          'wave: 1\n',
          'contracts: [a]\n',
          'estimate: 2h\n',
        ],
        ...[
          '{a,b}',
          '{1..9}',
          '*',
          '**/',
          '`',
          '(',
          ')',
          '[',
          ']',
          '::',
          '../',
          '\0',
          '\u001b[31m',
          '\ufeff',
          'a.py',
          ', ',
        ],
        ...[
          '{',
          '}',
          '"',
          ':',
          '"waves"',
          '"tasks"',
          '"tech_spec_id": "T"',
          '1',
          'null',
          '&a ',
          '*a ',
          '```\n',
          '/*',
          '//',
          '> ',
          '| ',
        ],
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

const path = fc.oneof(
  fc.constantFrom(
    'manifest.json',
    'context.md',
    'tasks/task-001.md',
    'tasks/task-001-a.md',
    'prompts/task-001.txt',
    'contracts/a',
  ),
  fc.string({ unit: 'binary', maxLength: 10 }),
);

/** What a valid manifest.json becomes when some of it is changed. */
const manifest = fc.oneof(
  pieces,
  fc.json(),
  fc
    .record(
      {
        tech_spec_id: fc.oneof(fc.constant('T'), fc.jsonValue()),
        name: fc.oneof(fc.string(), fc.jsonValue()),
        waves: fc.oneof(
          fc.array(
            fc.record({
              number: fc.oneof(fc.nat(3), fc.jsonValue()),
              tasks: fc.array(
                fc.record({ id: fc.oneof(fc.constantFrom('task-001', 'task-002'), fc.string()) }),
              ),
              validation: fc.oneof(pieces, fc.jsonValue()),
            }),
          ),
          fc.jsonValue(),
        ),
        dependencies: fc.jsonValue(),
        tech_spec: fc.oneof(fc.record({ id: fc.constant('T'), path: fc.jsonValue() }), fc.jsonValue()),
        tasks: fc.oneof(
          fc.record({ total: fc.nat(3), waves: fc.nat(3), files: fc.array(fc.oneof(path, fc.jsonValue())) }),
          fc.jsonValue(),
        ),
        metadata: fc.oneof(fc.record({ critical_path: fc.array(fc.constant('task-001')) }), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value, null, 1)),
);

describe('readManifest, given anything', () => {
  it('never throws, and places every finding in the file it names', () => {
    fc.assert(
      fc.property(manifest, fc.array(fc.tuple(path, pieces), { maxLength: 5 }), (json, others) => {
        const files = new Map([['manifest.json', json], ...others]);
        assertPlaced(readManifest({ files }).findings, files);
      }),
      { numRuns: 1500 },
    );
  });

  it('never throws for any text of a task file in a good plan', () => {
    fc.assert(
      fc.property(pieces, (text) => {
        const files = manifestFiles([{ id: 'task-001', wave: 1 }]).set('tasks/task-001.md', text);
        const { plan, findings } = readManifest({ files });
        assert.ok(plan !== undefined || !isValid(findings));
      }),
      { numRuns: 1500 },
    );
  });
});

/** Plans without a fault: each task makes files of its own and depends on tasks of earlier waves. */
const goodPlan: fc.Arbitrary<readonly TaskText[]> = fc
  .array(
    fc.tuple(
      fc.nat(3),
      fc.array(fc.nat(20), { maxLength: 3 }),
      fc.array(fc.stringMatching(/^[a-z][a-z ]{0,20}[a-z]$/)),
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((rows) =>
    rows.map(([wave, deps, requirements], index) => ({
      id: `task-${String(index).padStart(3, '0')}`,
      wave: wave + 1,
      deps: [...new Set(deps)]
        .filter((other) => (rows[other]?.[0] ?? Number.POSITIVE_INFINITY) < wave)
        .map((other) => `task-${String(other).padStart(3, '0')}`),
      requirements,
    })),
  );

describe('readManifest, given a plan without a fault', () => {
  it('gives that plan and no findings', () => {
    fc.assert(
      fc.property(goodPlan, (tasks) => {
        const { plan, findings } = readManifest({ files: manifestFiles(tasks) });
        assert.deepEqual(findings, []);
        assert.ok(plan !== undefined);
        const expected = tasks.toSorted((a, b) => a.wave - b.wave);
        assert.deepEqual(
          plan.tasks.map(({ id, group, dependsOn, requirements, scope }) => ({
            id,
            group,
            dependsOn,
            requirements,
            scope,
          })),
          expected.map(({ id, wave, deps, requirements }) => ({
            id,
            group: wave,
            dependsOn: deps,
            requirements,
            scope: { create: [{ pattern: `src/${id}.ts` }], modify: [], boundary: [{ pattern: 'other/*' }] },
          })),
        );
        assert.ok(topologicalOrder(plan.tasks).ok);
        assert.deepEqual(
          plan.groups.flatMap((group) => group.tasks),
          expected.map(({ id }) => id),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('LocatedText', () => {
  it('places every offset as reading the lines does', () => {
    const text = fc
      .array(fc.constantFrom('a', '\n', '\r', '\r\n', '😀'), { maxLength: 20 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.nat(25), (given, offset) => {
        const before = given.slice(0, offset).split(/\r\n?|\n/);
        // Between the two characters of a line end, the line has not ended yet.
        const within = given[offset - 1] === '\r' && given[offset] === '\n';
        const { line, column } = new LocatedText('f', given).place(offset);
        if (within) assert.equal(line, before.length - 1);
        else assert.deepEqual([line, column], [before.length, (before.at(-1)?.length ?? 0) + 1]);
      }),
    );
  });
});
