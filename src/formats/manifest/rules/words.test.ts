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
