import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { jsonSchemas } from '../scripts/lib/json-schemas.ts';

const SCHEMAS = new URL('../docs/schemas/', import.meta.url);
const DEMO = new URL('../src/demo/sample/', import.meta.url);

function takes(name: string, value: unknown): boolean {
  const schema = JSON.parse(readFileSync(new URL(name, SCHEMAS), 'utf8'));
  return z.fromJSONSchema(schema).safeParse(value).success;
}

test('the documented schemas are those of the program; `node scripts/json-schemas.ts` writes them anew', () => {
  const written = new Map(
    readdirSync(SCHEMAS).map((name) => [name, readFileSync(new URL(name, SCHEMAS), 'utf8')]),
  );
  assert.deepEqual([...written].sort(), [...jsonSchemas()].sort());
});

test('they take the files of the sample project, and not others', () => {
  const manifest = JSON.parse(readFileSync(new URL('plan/manifest.json', DEMO), 'utf8'));
  assert.ok(takes('manifest.schema.json', manifest));
  assert.ok(takes('manifest.schema.json', { ...manifest, more: 1 }));
  assert.ok(!takes('manifest.schema.json', { ...manifest, tech_spec_id: undefined }));
  assert.ok(!takes('manifest.schema.json', { ...manifest, waves: [{ number: 'one', tasks: [] }] }));
  const tasks = readdirSync(new URL('plan/tasks/', DEMO));
  assert.ok(tasks.length > 0);
  for (const name of tasks) {
    const text = readFileSync(new URL(`plan/tasks/${name}`, DEMO), 'utf8');
    assert.ok(takes('task.schema.json', parse(/^---\n([\s\S]*?)\n---/.exec(text)?.[1] ?? '')), name);
  }
  assert.ok(!takes('task.schema.json', { id: ['a'] }));
  const config = parse(readFileSync(new URL('coxswain.config.yaml', DEMO), 'utf8'));
  assert.ok(takes('config.schema.json', config));
  assert.ok(!takes('config.schema.json', { ...config, maxParalel: 3 }));
  assert.ok(!takes('config.schema.json', { slots: { setpu: 'npm ci' } }));
});
