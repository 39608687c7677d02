import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { Plan } from '../../../core/plan.ts';
import { promptText } from '../../../core/prompt-text.ts';
import {
  findings as found,
  manifestFiles,
  messages,
  type TaskText,
  taskText,
} from '../../../testing/manifest-files.ts';
import { readManifest } from '../read-manifest.ts';

const ONE: readonly TaskText[] = [{ id: 'task-001', wave: 1 }];

describe('prompts', () => {
  it('that the manifest names where none is read are told of', () => {
    const named = (file: string): ReadonlyMap<string, string> => {
      const waves = [{ number: 1, tasks: [{ id: 'task-001', agent: 'plugin:maker', prompt_file: file }] }];
      return manifestFiles(ONE, { waves });
    };
    for (const file of ['task-001.txt', 'prompts/task-001.txt', './prompts/task-001.txt'])
      assert.deepEqual(found(named(file)), [], file);
    for (const file of ['new.txt', 'prompts/new.txt'])
      assert.deepEqual(found(named(file)), ['warning named-prompt-unread manifest.json:9:17 task-001'], file);
    const withoutPrompts = (file: string) =>
      found(new Map([...named(file)].filter(([path]) => !path.startsWith('prompts/'))));
    assert.deepEqual(withoutPrompts('prompts/new.txt'), [], 'a fresh clone has none');
    assert.deepEqual(withoutPrompts('new.txt'), ['warning named-prompt-unread manifest.json:9:17 task-001']);
    const elsewhere = named('mine/task-001.txt');
    assert.deepEqual(found(elsewhere), ['warning named-prompt-unread manifest.json:9:17 task-001']);
    assert.match(messages(elsewhere)[0] ?? '', /"mine\/task-001.txt", .*; prompts\/task-001\.txt is taken$/);
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

/** The folder with the prompt that is made of its one task. */
function withMade(task: Partial<TaskText> = {}): Map<string, string> {
  const files = manifestFiles([{ id: 'task-001', wave: 1, ...task }]).set('context.md', 'Keep the order.\n');
  return files.set('prompts/task-001.txt', promptOf(readManifest({ files }, { promptsMade: true }).plan));
}

function promptOf(plan: Plan | undefined): string {
  return promptText(plan?.tasks[0]?.prompt ?? '', plan?.context ?? []);
}

function staleness(files: ReadonlyMap<string, string>): string {
  return messages(files).find((message) => message.includes('is stale')) ?? '';
}

describe('a prompt that was made', () => {
  it('is stale as soon as the plan says something else of its task', () => {
    const files = withMade({ requirements: ['Make it', 'Mend it'] });
    assert.deepEqual(found(files), []);
    const task = { id: 'task-001', wave: 1, requirements: ['Make it', 'Mend it'] };
    const changed = (change: Partial<TaskText>): string =>
      staleness(new Map(files).set('tasks/task-001.md', taskText({ ...task, ...change })));
    assert.match(
      changed({ scope: 'CREATE: zzz.ts\nBOUNDARY: other/*' }),
      /section FILES TO CREATE is not what/,
    );
    assert.match(changed({ scope: 'CREATE: src/Task-001.ts\nBOUNDARY: other/*' }), /FILES TO CREATE/);
    assert.match(changed({ scope: 'CREATE: src/task-001.ts\nBOUNDARY: other/*, a.ts' }), /DO NOT MODIFY/);
    assert.match(changed({ scope: 'CREATE: src/task-001.ts\nMODIFY: b.ts' }), /FILES TO MODIFY/);
    assert.match(changed({ header: ['skills: [sql]'] }), /REQUIRED SKILLS/);
    assert.match(
      changed({ requirements: ['Make it'] }),
      /REQUIREMENTS has an item that the task file does not/,
    );
    assert.match(changed({ criteria: ['task-001 works', 'Fast'] }), /lacks a criterion/);
    assert.match(staleness(new Map(files).set('context.md', 'Keep nothing.')), /section CONTEXT/);
    const more = `${taskText(task)}\n## Notes\n\nMind the index.\n`;
    assert.match(
      staleness(new Map(files).set('tasks/task-001.md', more)),
      /REQUIREMENTS lacks what the task/,
    );
    const agent = [...files].map(
      ([path, text]) => [path, text.replace('plugin:maker', 'plugin:other')] as const,
    );
    assert.match(
      staleness(new Map([...agent, ['prompts/task-001.txt', files.get('prompts/task-001.txt') ?? '']])),
      /its header does not say "Agent: plugin:other"/,
    );
  });

  it('is given to the agent with what the plan says now behind it, as long as that is something else', () => {
    const files = withMade();
    const text = `${files.get('prompts/task-001.txt')}\nAnd mind the cat.\n`;
    files.set('prompts/task-001.txt', text);
    assert.equal(promptOf(readManifest({ files }).plan), text);
    const task = {
      id: 'task-001',
      wave: 1,
      scope: 'CREATE: zzz.ts\nBOUNDARY: other/*',
      requirements: ['Mend it'],
    };
    files.set('tasks/task-001.md', taskText(task));
    assert.match(staleness(files), /; its agent is told behind it what the plan says now$/);
    const [before, now] = promptOf(readManifest({ files }).plan).split('=== WHAT THE PLAN SAYS NOW ===');
    assert.equal(before?.trim(), text.trim());
    assert.match(now ?? '', /FILES TO CREATE:\n- zzz\.ts\n\nIMPLEMENTATION REQUIREMENTS:\n- Mend it\n$/);
    assert.doesNotMatch(now ?? '', /DO NOT MODIFY|Keep the order|COMPLETION/);
  });

  it('may say more: words, sections, and how it is checked', () => {
    const files = withMade();
    const text = files.get('prompts/task-001.txt') ?? '';
    for (const other of [
      `${text}\nAnd mind the cat.\n`,
      text.replace('=== ACCEPTANCE', 'Mind the cat.\n\n=== THE CAT ===\n- Feed it\n\n=== ACCEPTANCE'),
      text.replace(/Before you finish, .*/, 'Before you finish, run make.').replaceAll('\n', '\r\n'),
    ])
      assert.deepEqual(found(new Map(files).set('prompts/task-001.txt', other)), [], other);
  });

  it('of a task that said nothing yet is not used for what it says now', () => {
    const bare = withMade({ requirements: [] });
    const filled = new Map(bare).set('tasks/task-001.md', taskText({ id: 'task-001', wave: 1 }));
    assert.match(staleness(filled), /made before the task file said what is to be done; one will be made/);
    const { plan } = readManifest({ files: filled });
    assert.match(promptOf(plan), /REQUIREMENTS ===\n- Make task-001\n/);
  });
});

describe('a prompt in a form of its own', () => {
  it('is taken as it is, and called up to date', () => {
    const files = manifestFiles(ONE).set('prompts/task-001.txt', 'Look at the queue and mend it.\n');
    assert.deepEqual(found(files), []);
    assert.equal(promptOf(readManifest({ files }).plan), 'Look at the queue and mend it.\n');
  });
});

test('a prompt by a name that two tasks have is that of neither', () => {
  const files = manifestFiles([
    { id: 'task-001-a', wave: 1 },
    { id: 'task-001-b', wave: 1 },
  ]);
  files.delete('prompts/task-001-a.txt');
  files.delete('prompts/task-001-b.txt');
  files.set('prompts/task-001.txt', 'Do as I say.');
  assert.deepEqual(
    found(files).map((line) => line.split(' ')[1]),
    ['prompt-missing', 'prompt-missing', 'prompt-without-task'],
  );
  const { plan } = readManifest({ files });
  for (const { prompt } of plan?.tasks ?? []) assert.doesNotMatch(promptText(prompt, []), /Do as I say/);
});

describe('the place of a prompt', () => {
  const places = (files: ReadonlyMap<string, string>): readonly (readonly [string, boolean])[] =>
    (readManifest({ files }, { promptsMade: true }).prompts ?? []).map(({ path, isGood }) => [path, isGood]);

  it('is where it lies or is wanted, within the folder of prompts alone, and is no other one', () => {
    const files = (...named: readonly string[]): Map<string, string> => {
      const tasks = named.map((prompt_file, index) => ({
        id: `task-00${index + 1}-x`,
        agent: 'a:b',
        prompt_file,
      }));
      const made = manifestFiles(
        tasks.map(({ id }) => ({ id, wave: 1 })),
        { waves: [{ number: 1, tasks }] },
      );
      for (const path of made.keys()) if (path.startsWith('prompts/')) made.delete(path);
      return made;
    };
    const of = (...named: readonly string[]): readonly string[] =>
      places(files(...named)).map(([path]) => path);
    assert.deepEqual(of('prompts/own.txt', 'own/two.txt'), ['prompts/own.txt', 'prompts/own/two.txt']);
    assert.deepEqual(of('prompts/../x.txt', '../../y', '/etc/z'), [
      'prompts/task-001.txt',
      'prompts/task-002.txt',
      'prompts/task-003.txt',
    ]);
    assert.deepEqual(of('prompts/task-002.txt', 'prompts/', 'prompts/agent-prompts.md'), [
      'prompts/task-002.txt',
      'prompts/task-002-2.txt',
      'prompts/task-003.txt',
    ]);
    const present = files('own.txt').set('prompts/own.txt', ' ').set('tasks/a.txt', 'x');
    assert.deepEqual(places(present), [['prompts/own.txt', false]]);
    assert.deepEqual(places(files('tasks/task-001-x.md')), [['prompts/tasks/task-001-x.md', false]]);
  });

  it('is told of every task, however many there are', () => {
    const tasks = Array.from({ length: 250 }, (_, index) => ({ id: `task-${1000 + index}`, wave: 1 }));
    const files = manifestFiles(tasks);
    for (const { id } of tasks) files.set(`prompts/${id}.txt`, ' ');
    assert.equal(places(files).filter(([, isGood]) => !isGood).length, 250);
    assert.ok(found(files).length < 250);
  });
});
