import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { CheckResult } from '../../core/proof.ts';
import { type CommitBench, openCommitBench } from '../../testing/commit-bench.ts';
import type { FileMap } from '../../testing/git-fixture.ts';
import { type ContractQuestion, contractCheck } from './contract-check.ts';
import { readContracts } from './read-contracts.ts';

const API = `openapi: 3.0.3
info: {title: t, version: '1'}
servers: [{url: 'https://api.example.org/v1'}]
paths:
  /users:
    get: {responses: {'200': {description: ok}}}
    post: {responses: {'201': {description: ok}}}
  /users/{id}:
    get: {responses: {'200': {description: ok}}}
`;
const TYPES = 'export interface User {\n  id: string;\n}\n';
const SCOPES = [{ create: [{ pattern: 'src/**' }], modify: [], boundary: [] }];

function app(...routes: readonly string[]): string {
  const lines = [
    "import express, { Router } from 'express';",
    'const app = express();',
    'const v1 = Router();',
  ];
  return [...lines, ...routes, "app.use('/v1', v1);", ''].join('\n');
}
const LIST = "v1.get('/users', list);";
const CREATE = "v1.post('/users', create);";
const SHOW = "v1.get('/users/:userId', show);";

describe('the contracts of a plan', () => {
  let bench: CommitBench;
  before(async () => {
    bench = await openCommitBench();
  });
  after(() => bench.close());

  interface Files {
    readonly base?: FileMap;
    readonly tip: FileMap;
  }

  async function check(
    contracts: Readonly<Record<string, string>>,
    { base = { 'README.md': 'x' }, tip }: Files,
    more: Partial<ContractQuestion> = {},
  ): Promise<CheckResult> {
    const question: ContractQuestion = {
      contracts: Object.entries(contracts).map(([path, text]) => ({ path, text })),
      scopes: SCOPES,
      isWhole: true,
      ...bench.pair(base, tip),
      ...more,
    };
    return contractCheck(question, bench.reader);
  }
  const api = { 'contracts/api-schema.yaml': API };
  const lines = ({ findings }: CheckResult): readonly string[] =>
    findings.map(({ path, line, message }) => `${path ?? ''}:${line ?? ''} ${message}`);

  it('are kept by code that serves every route, below the path of the server', async () => {
    const result = await check(api, { tip: { 'src/app.js': app(LIST, CREATE, SHOW) } });
    assert.deepEqual(result.findings, []);
    assert.equal(result.status, 'passed');
    assert.equal(result.name, 'contracts');
    assert.equal(result.detail, 'contracts/api-schema.yaml: 3 of 3 routes are served by Express');
    const without = await check(api, {
      tip: { 'src/app.js': app(LIST, CREATE, SHOW).replace("'/v1'", "'/'") },
    });
    assert.equal(without.status, 'passed');
  });

  it('are broken by a route that is missing, and by another method; more routes are a warning', async () => {
    const result = await check(api, {
      tip: { 'src/app.js': app(LIST, "v1.put('/users', create);", "v1.get('/more', more);") },
    });
    assert.equal(result.status, 'failed');
    assert.deepEqual(lines(result), [
      'src/app.js:4 POST /users of the contract is missing: here the path answers to GET, PUT only',
      ': GET /users/{id} of the contract is missing',
      'src/app.js:5 PUT /v1/users is not in the contract, which has GET, POST there',
      'src/app.js:6 GET /v1/more is not in the contract',
    ]);
    const more = await check(api, {
      tip: { 'src/app.js': app(LIST, CREATE, SHOW, "v1.get('/more', more);") },
    });
    assert.equal(more.status, 'warning');
  });

  it('name the router that no application holds', async () => {
    const alone = app(LIST, CREATE, "const lost = Router();\nlost.get('/users/:id', show);");
    const result = await check(api, { tip: { 'src/app.js': alone } });
    assert.deepEqual(lines(result), [
      'src/app.js:7 GET /users/{id} of the contract is missing: this router is not a part of any application',
    ]);
  });

  it('fail nothing for routes that are known at run time only', async () => {
    const result = await check(api, {
      tip: { 'src/app.js': app(LIST, CREATE, 'v1.get(PATHS.user, show);') },
    });
    assert.equal(result.status, 'warning');
    assert.match(
      result.findings[0]?.message ?? '',
      /is missing, unless it is one whose path is made at run time$/,
    );
    assert.match(result.findings[1]?.message ?? '', /known at run time only/);
  });

  it('ask one task for the routes alone that it took away', async () => {
    const isWhole = false;
    const part = await check(api, { tip: { 'src/app.js': app(LIST) } }, { isWhole });
    assert.equal(part.status, 'passed');
    const base = { 'src/app.js': app(LIST, CREATE) };
    const lost = await check(api, { base, tip: { 'src/app.js': app(LIST) } }, { isWhole });
    assert.equal(lost.status, 'failed');
    assert.match(lost.findings[0]?.message ?? '', /^POST \/users of the contract is missing/);
  });

  it('are not run, with the reason, where nothing can be compared', async () => {
    const none = await check(api, { tip: { 'src/app.go': 'package app\n' } });
    assert.equal(none.status, 'not run');
    assert.match(none.detail, /no Express, Fastify or FastAPI was found/);
    const bad = await check(
      { 'contracts/api-schema.yaml': 'openapi: [' },
      { tip: { 'src/app.js': app(LIST) } },
    );
    assert.equal(bad.status, 'not run');
    assert.match(bad.detail, /^contracts\/api-schema\.yaml: is no YAML/);
    const other = await check({ 'contracts/notes.md': '# x' }, { tip: { 'src/a.ts': 'a' } });
    assert.equal(other.status, 'not run');
    const empty = await check({}, { tip: { 'src/a.ts': 'a' } });
    assert.equal(empty.detail, 'no contract is named');
    const unread = await check(
      {},
      { tip: { 'src/a.ts': 'a' } },
      { unread: ['contracts/x.ts: cannot be read'] },
    );
    assert.equal(unread.status, 'not run');
  });

  it('are looked at together', async () => {
    const both = { ...api, 'contracts/types.ts': TYPES };
    const tip = {
      'src/app.js': app(LIST, CREATE, SHOW),
      'src/user.ts': 'export interface User { id: number }\n',
    };
    const result = await check(both, { tip });
    assert.equal(result.status, 'failed');
    assert.match(
      result.detail,
      /3 of 3 routes .*; contracts\/types\.ts: 1 declaration of 1 type, 1 difference$/,
    );
    assert.deepEqual(lines(result), ['src/user.ts:1 `User.id` is number; in the contract it is string']);
  });

  it('may not be changed by the work', async () => {
    const place = 'parallel/TS-1/contracts/types.ts';
    const contract = { 'contracts/types.ts': TYPES };
    const changed = await check(contract, {
      base: { [place]: TYPES },
      tip: { [place]: TYPES.replace('string', 'number') },
    });
    assert.equal(changed.status, 'failed');
    assert.deepEqual(lines(changed), [`${place}: the contract itself was changed`]);
    const deleted = await check(contract, { base: { [place]: TYPES }, tip: { [place]: null, 'a.txt': 'a' } });
    assert.deepEqual(lines(deleted), [`${place}: the contract itself was deleted`]);
  });

  it('are read in their folder and nowhere else', async () => {
    const root = mkdtempSync(join(tmpdir(), 'cox-contracts-'));
    try {
      const folder = join(root, 'plan');
      mkdirSync(join(folder, 'contracts'), { recursive: true });
      writeFileSync(join(folder, 'contracts/types.ts'), TYPES);
      writeFileSync(join(root, 'secret.ts'), 'secret');
      symlinkSync(join(root, 'secret.ts'), join(folder, 'contracts/link.ts'));
      const names = [
        'contracts/types.ts',
        'contracts/none.ts',
        '../secret.ts',
        'contracts/link.ts',
        'contracts',
      ];
      const { contracts, unread } = await readContracts(folder, names);
      assert.deepEqual(contracts, [{ path: 'contracts/types.ts', text: TYPES }]);
      assert.equal(unread.length, 4);
      assert.equal((await readContracts(null, ['contracts/types.ts'])).unread.length, 1);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
