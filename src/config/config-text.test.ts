import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configText } from './config-text.ts';
import { OPTION_LIST } from './options.ts';
import { parseConfig } from './parse-config.ts';

test('a config that only comments sets nothing, and has every option', () => {
  const text = configText();
  const read = parseConfig({ name: 'coxswain.config.yaml', origin: 'project config', text });
  assert.ok(read.ok, JSON.stringify(read));
  assert.ok(text.split('\n').every((line) => line === '' || line.startsWith('#')));
  for (const { description } of OPTION_LIST) assert.ok(text.includes(`# ${description}\n`), description);
});

test('each setting can be taken out of its comment', () => {
  const blocks = configText({ 'slots.setup': 'npm ci', mergeTest: 'npm test' }).split('\n\n');
  let set = 0;
  for (const block of blocks.filter((each) => !each.startsWith('# ---') && !each.startsWith('# Settings'))) {
    const [, ...lines] = block.trim().split('\n');
    const yaml = lines.map((line) => line.replace(/^# /, '')).join('\n');
    // Some have no value that could be shown.
    if (yaml === '' || yaml.endsWith(':')) continue;
    const read = parseConfig({ name: 'coxswain.config.yaml', origin: 'project config', text: `${yaml}\n` });
    assert.ok(read.ok, `${yaml}: ${JSON.stringify(read)}`);
    set += 1;
  }
  assert.ok(set > 30, `only ${set}`);
  assert.ok(blocks.some((block) => block.endsWith('# slots:\n#   setup: npm ci')));
});

test('what is said is set, and the rest stays a comment', () => {
  const text = configText({}, { technology: 'rust' });
  const read = parseConfig({ name: 'coxswain.config.yaml', origin: 'project config', text });
  assert.ok(read.ok, JSON.stringify(read));
  assert.deepEqual(
    text.split('\n').filter((line) => line !== '' && !line.startsWith('#')),
    ['technology: rust'],
  );
});
