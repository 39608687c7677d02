import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  findings as found,
  manifestFiles,
  messages,
  type TaskText,
} from '../../../testing/manifest-files.ts';

const ONE: readonly TaskText[] = [{ id: 'task-001', wave: 1 }];

describe('prompts', () => {
  it('that the manifest names where none is read are told of', () => {
    const named = (file: string): ReadonlyMap<string, string> => {
      const waves = [{ number: 1, tasks: [{ id: 'task-001', agent: 'plugin:maker', prompt_file: file }] }];
      return manifestFiles(ONE, { waves });
    };
    for (const file of ['task-001.txt', 'prompts/task-001.txt', './prompts/task-001.txt', 'new.txt'])
      assert.deepEqual(found(named(file)), [], file);
    const elsewhere = named('mine/task-001.txt');
    assert.deepEqual(found(elsewhere), ['warning named-prompt-unread manifest.json:9:17 task-001']);
    assert.match(
      messages(elsewhere)[0] ?? '',
      /"mine\/task-001.txt"; .* and prompts\/task-001\.txt is taken$/,
    );
    const within = new Map([...named('mine/a.txt')].filter(([path]) => !path.startsWith('prompts/')));
    assert.match(messages(within)[0] ?? '', /one that is made from the task file is taken$/);
    assert.deepEqual(
      found(within.set('prompts/mine/a.txt', 'TASK-001: The task-001\nMake task-001 task-001 works')),
      [],
    );
  });

  it('that are missing are told of', () => {
    const files = manifestFiles([...ONE, { id: 'task-002', wave: 1 }]);
    files.delete('prompts/task-002.txt');
    assert.deepEqual(found(files), ['warning prompt-missing manifest.json:13:17 task-002']);
    files.delete('prompts/task-001.txt');
    assert.deepEqual(found(files), [], 'prompts/ is ignored by git: a fresh clone has none');
    files.set('prompts/agent-prompts.md', 'A list');
    assert.deepEqual(found(files), [
      'warning prompt-missing manifest.json:9:17 task-001',
      'warning prompt-missing manifest.json:13:17 task-002',
    ]);
  });

  it('that are empty, stale, or of no task are told of', () => {
    const prompt = (text: string): readonly string[] =>
      found(manifestFiles(ONE).set('prompts/task-001.txt', text));
    assert.deepEqual(prompt(' \n'), ['warning prompt-empty prompts/task-001.txt:1:1 task-001']);
    const stale = ['warning prompt-stale prompts/task-001.txt:1:1 task-001'];
    assert.deepEqual(prompt('TASK-002: The task-001\nMake task-001'), stale);
    assert.deepEqual(prompt('TASK-001: Another title\nMake task-001'), stale);
    assert.deepEqual(prompt('TASK-001: The task-001\nMake something'), stale);
    assert.deepEqual(prompt('TASK-task-001: The task-001\n- Make\n  task-001'), stale);
    assert.deepEqual(prompt('TASK-task-001: The task-001\n- Make\n  task-001\n- [ ] task-001 works'), []);
    const files = manifestFiles(ONE).set('prompts/task-777.txt', 'x').set('prompts/agent-prompts.md', 'x');
    assert.deepEqual(found(files), ['warning prompt-without-task prompts/task-777.txt:1:1']);
  });
});
