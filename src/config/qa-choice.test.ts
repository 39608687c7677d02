import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './parse-config.ts';
import { type Resolved, resolveSettings, type SettingsSources } from './resolve.ts';

function resolved(flags: SettingsSources['flags'], text = ''): Resolved {
  const parsed = parseConfig({ name: 'coxswain.config.yaml', origin: 'project config', text });
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const made = resolveSettings({ flags, env: {}, planWishes: {}, projectConfig: parsed.value });
  assert.ok(made.ok, JSON.stringify(made));
  return made.value;
}

const choice = (flags: SettingsSources['flags'], text?: string): unknown => resolved(flags, text).qa.choice;
const nobody = { is: 'nobody' };
const command = { is: 'driver', driver: 'command', options: { command: 'review' } };

test('nobody is there for QA beside a command or a recipe, and a real agent looks at the work of its own kind', () => {
  assert.deepEqual(choice({}), nobody);
  assert.deepEqual(choice({ agentCommand: 'do it' }), nobody);
  assert.deepEqual(choice({ recipe: 'r.yaml' }), nobody);
  assert.deepEqual(choice({ agent: 'claude' }), { is: 'same-agent' });
});

test('a command for QA wins over that, and no QA over everything', () => {
  assert.deepEqual(choice({ agent: 'claude', qaCommand: 'review' }), command);
  assert.deepEqual(choice({ qaCommand: 'review', qa: 'false' }), { is: 'off' });
  assert.deepEqual(choice({}, 'qa:\n  enabled: false\n  command: review\n'), { is: 'off' });
});

test('the strongest place decides alone; an empty command takes it back', () => {
  const config = 'qa:\n  agent: claude\n  options: {model: large}\n';
  assert.deepEqual(choice({}, config), { is: 'driver', driver: 'claude', options: { model: 'large' } });
  assert.deepEqual(choice({ qaCommand: 'review' }, config), command);
  assert.deepEqual(choice({ qaCommand: '' }, 'qa:\n  command: other\n'), nobody);
});

test("the tasks' own agent may be named for it, whatever it is", () => {
  assert.deepEqual(choice({ recipe: 'r.yaml' }, 'qa:\n  agent: recipe\n'), { is: 'same-agent' });
});

test('a command and another driver in one place are too many', () => {
  const flags = { qaCommand: 'review', qaAgent: 'claude' };
  const made = resolveSettings({ flags: {}, env: {}, planWishes: {}, ...layerOf(flags) });
  assert.ok(!made.ok && made.error[0]?.message.includes('chooses claude'), JSON.stringify(made));
});

test('checks are given by name, with a command alone or with their weight', () => {
  const { checks } = resolved(
    {},
    'checks:\n  commands:\n    tests: npm run fast\n    lint: npm run lint\n    build: ""\n    licences: {run: ./l.sh, critical: false}\n',
  ).settings;
  assert.deepEqual(checks.commands, {
    tests: { run: 'npm run fast', critical: true },
    lint: { run: 'npm run lint', critical: false },
    build: { run: '', critical: true },
    licences: { run: './l.sh', critical: false },
  });
});

test('an adviser is asked only where questions go to one, and the rule answers only where it is asked for', () => {
  const asked = (text: string, flags: SettingsSources['flags'] = { agent: 'claude' }): unknown =>
    resolved(flags, text).questions;
  const most = 3;
  assert.deepEqual(asked('questions:\n  agent: codex\n'), { choice: { is: 'off' }, most });
  assert.deepEqual(asked('questions:\n  by: adviser\n'), { choice: { is: 'same-agent' }, most });
  assert.deepEqual(asked('questions:\n  by: adviser\n', { agentCommand: 'x' }), { choice: nobody, most });
  const chosen =
    'questions:\n  by: adviser\n  agent: codex\n  options: {model: m}\n  otherwise: rule\n  answer: No.\n';
  assert.deepEqual(asked(chosen), {
    choice: { is: 'driver', driver: 'codex', options: { model: 'm' } },
    answer: 'No.',
    most,
  });
  const flags = { agent: 'claude', questions: 'user' };
  assert.deepEqual(asked(chosen, flags), { choice: { is: 'off' }, most });
});

function layerOf({ qaCommand, qaAgent }: { readonly qaCommand: string; readonly qaAgent: string }) {
  const text = `qa:\n  command: ${qaCommand}\n  agent: ${qaAgent}\n`;
  const parsed = parseConfig({ name: 'coxswain.config.yaml', origin: 'project config', text });
  assert.ok(parsed.ok);
  return { projectConfig: parsed.value };
}
