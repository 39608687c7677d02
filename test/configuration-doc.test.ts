import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { optionTables } from '../scripts/lib/option-tables.ts';
import { parseConfig } from '../src/config/parse-config.ts';

const text = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8');

test('the documented settings are those of the table; `node scripts/configuration-doc.ts` writes them anew', () => {
  assert.equal(text, optionTables(text));
});

test('the documented config file is a valid one', () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  const parsed = parseConfig({ name: 'example', origin: 'project config', text: example });
  assert.ok(parsed.ok, JSON.stringify(parsed));
  assert.ok(parsed.value.size >= 6);
});
