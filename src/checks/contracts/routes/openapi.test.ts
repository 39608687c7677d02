import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { hostileText } from '../../../testing/hostile-text.ts';
import { readApi } from './openapi.ts';
import { joinPaths, plainPath } from './route.ts';

const HEAD = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n";
const ANSWER = "{responses: {'200': {description: ok}}}";

/** As `GET /path`, or the reason. */
async function routes(text: string): Promise<readonly string[] | string> {
  const api = await readApi(text);
  return api.ok ? api.value.routes.map(({ method, path }) => `${method} ${path}`) : api.error;
}

describe('an OpenAPI contract', () => {
  it('gives its routes and the paths of its servers', async () => {
    const api = await readApi(`${HEAD}servers:
  - {url: 'https://api.example.org/v1/'}
  - {url: '/v1'}
  - {url: 'https://api.example.org'}
paths:
  /users/{userId}/:
    parameters: [{name: userId, in: path, required: true, schema: {type: string}}]
    get: ${ANSWER}
    patch: ${ANSWER}
  /users:
    post: ${ANSWER}
`);
    assert.ok(api.ok);
    assert.deepEqual(api.value, {
      routes: [
        { method: 'GET', path: '/users/{}', written: '/users/{userId}/' },
        { method: 'PATCH', path: '/users/{}', written: '/users/{userId}/' },
        { method: 'POST', path: '/users', written: '/users' },
      ],
      prefixes: ['/v1'],
    });
  });

  it('may be Swagger 2, or JSON, and may refer to itself', async () => {
    const swagger = {
      swagger: '2.0',
      info: { title: 't', version: '1' },
      basePath: '/api',
      paths: { '/a': { get: { responses: { 200: { description: 'x' } } } } },
    };
    const api = await readApi(JSON.stringify(swagger));
    assert.ok(api.ok);
    assert.deepEqual(api.value.prefixes, ['/api']);
    const text = `${HEAD}paths:
  /a: {$ref: '#/components/pathItems/a'}
components:
  pathItems:
    a: {get: ${ANSWER}}
  schemas:
    Node: {type: object, properties: {next: {$ref: '#/components/schemas/Node'}}}
`;
    assert.deepEqual(await routes(text), ['GET /a']);
  });

  it('that is none is refused with the reason', async () => {
    assert.equal(await routes('just words'), 'holds no OpenAPI document');
    assert.match(String(await routes('a: [')), /^is no YAML or JSON: /);
    assert.match(String(await routes('openapi: 3.0.0\npaths: {}\n')), /^is no valid OpenAPI document: /);
    assert.equal(await routes(' '.repeat(5_000_000)), 'is too large');
  });

  it('makes nothing be fetched or read', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      for (const ref of [`http://127.0.0.1:${port}/x.json`, '/etc/passwd', './other.yaml#/a']) {
        const text = `${HEAD}paths:\n  /a: {$ref: '${ref}'}\n`;
        assert.match(String(await routes(text)), /only references within the document are followed$/);
      }
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    assert.equal(asked, 0);
  });

  it('changes nothing that all objects share', async () => {
    for (const ref of ['#/__proto__', '#/constructor/prototype', '#/%5F_proto__']) {
      const text = `${HEAD}paths: {}\ncomponents:\n  schemas:\n    a:\n      $ref: '${ref}'\n      polluted: {$ref: '#/info'}\n`;
      assert.match(String(await routes(text)), /^refers to/);
      assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
    }
    await routes(`${HEAD}paths: {}\n__proto__: {polluted: 1}\n`);
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  });

  it('may be any text', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        for (const each of [
          text,
          `${HEAD}paths: {${text}}`,
          `${HEAD}paths:\n  ? ${JSON.stringify(text)}\n  : {get: ${ANSWER}}\n`,
        ])
          assert.equal(typeof (await readApi(each)).ok, 'boolean');
      }),
      { numRuns: 30 },
    );
    const bomb = [
      'a: &a [x]',
      ...Array.from(
        { length: 12 },
        (_, n) => `${'bcdefghijklm'[n]}: &${'bcdefghijklm'[n]} [${`*${'abcdefghijklm'[n]},`.repeat(9)}]`,
      ),
    ].join('\n');
    assert.match(String(await routes(bomb)), /^is no/);
  });
});

describe('paths of routes', () => {
  it('are the same in each form of their parameters', () => {
    for (const path of [
      '/users/:id',
      '/users/{id}',
      '/users/{user_id:int}',
      '/users/:id(\\d+)',
      '//users/:userId/',
      'users/{id*}',
    ])
      assert.equal(plainPath(path), '/users/{}', path);
    assert.equal(plainPath(''), '/');
    assert.equal(plainPath('/files/:name.:ending'), '/files/{}.{}');
    assert.equal(plainPath('/static/*'), '/static/{}');
    assert.equal(joinPaths('/a/', '/b'), '/a/b');
    assert.equal(joinPaths('', ''), '/');
  });
});
