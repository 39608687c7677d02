import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { manifestFiles } from '../../../testing/manifest-files.ts';
import { readManifest } from '../read-manifest.ts';

describe('the validation of a wave', () => {
  const found = (validation: string): readonly string[] => {
    const waves = [{ number: 1, tasks: [{ id: 'task-001', agent: 'a' }], validation }];
    return readManifest({ files: manifestFiles([{ id: 'task-001', wave: 1 }], { waves }) }).findings.map(
      ({ severity, rule, line }) => `${severity} ${rule} ${line}`,
    );
  };

  it('that is a sentence, or a command as people show one, is told of', () => {
    for (const text of [
      'All tests pass',
      'Manual: look at it',
      'Run `npm test`',
      '$ npm test',
      '`npm test`',
      '```\nnpm test\n```',
    ])
      assert.deepEqual(found(text), ['warning validation-words 13'], text);
  });

  it('that is a command is not', () => {
    for (const text of [
      'npm test',
      'Rscript tests.R',
      'Rscript -e x',
      'DEBUG=1 npm test',
      'Makefile',
      '`which node` --test',
      'Xvfb :99',
      "print('All tests pass')",
    ])
      assert.deepEqual(found(text), [], text);
  });
});

describe('keys that are not read', () => {
  const told = (wave: object, task: object = {}): readonly string[] => {
    const first = { number: 1, tasks: [{ id: 'task-001', agent: 'a' }] };
    const waves = [first, { number: 2, tasks: [{ id: 'task-002', agent: 'a', ...task }], ...wave }];
    const files = manifestFiles(
      [
        { id: 'task-001', wave: 1 },
        { id: 'task-002', wave: 2 },
      ],
      { waves },
    );
    return readManifest({ files }).findings.map(
      ({ message }) => /^"([^"]*)" is not read/.exec(message)?.[1] ?? message,
    );
  };

  it('of a wave are told where they would change the run, or say what nobody is told', () => {
    for (const [key, value] of Object.entries({
      validate: 'npm test',
      validation_command: 'npm test',
      status: 'completed',
      skip: true,
      depends_on: [3],
      gate: 'manual',
      requires_approval: true,
      parallel: false,
      max_parallel: 1,
      description: 'Mind the cache',
    }))
      assert.deepEqual(told({ [key]: value }), [`waves[1].${key}`], key);
    const own = {
      depends_on: [1],
      after: 1,
      skip: false,
      parallel: true,
      gate: null,
      theme: 'x',
      estimated_hours: 3,
    };
    assert.deepEqual(told(own), []);
  });

  it('of a task are told where they say that it is not to be run, or how', () => {
    for (const task of [{ done: true }, { skip: 'yes' }, { enabled: false }, { status: 'blocked' }])
      assert.deepEqual(told({}, task), Object.keys(task));
    for (const task of [{ model: 'opus' }, { timeout: 30 }, { maxRetries: 2 }])
      assert.deepEqual(told({}, task), Object.keys(task));
    assert.deepEqual(told({}, { done: false, skip: null, enabled: true, done_by: { name: 'x' } }), []);
  });
});
