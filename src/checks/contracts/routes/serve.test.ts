import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import fc from 'fast-check';

import { type CommitBench, openCommitBench } from '../../../testing/commit-bench.ts';
import type { FileMap } from '../../../testing/git-fixture.ts';
import { hostileText } from '../../../testing/hostile-text.ts';
import { parseSource } from '../../symbols/syntax.ts';
import { readProgram } from './program.ts';
import { pythonFacts } from './python-facts.ts';
import { scriptFacts } from './script-facts.ts';
import { type Served, serve } from './serve.ts';

describe('routes that code serves', () => {
  let bench: CommitBench;
  before(async () => {
    bench = await openCommitBench();
  });
  after(() => bench.close());

  async function served(files: FileMap): Promise<Served> {
    const { tip } = bench.pair({ 'README.md': 'x' }, files);
    return serve(await readProgram(tip, bench.reader));
  }
  /** As `GET /a/{} file:line`, sorted. */
  async function routes(files: FileMap): Promise<readonly string[]> {
    const found = await served(files);
    assert.deepEqual(found.unknown, []);
    return found.routes.map(({ method, path, file, line }) => `${method} ${path} ${file}:${line}`).toSorted();
  }

  it('by Express, with routers in several files', async () => {
    assert.deepEqual(
      await routes({
        'src/app.ts': `import express, { Router } from 'express';
import users from './users/index.js';
import { orders, makeAdmin } from './orders';
import * as health from './health.ts';

const app = express();
const API = '/api';
app.use(express.json());
app.get('view engine');
app.get('/', (req, res) => res.send(req.get('accept')));
app.use(\`\${API}/users\`, requireUser, users);
app.use(API, orders);
app.use('/admin', makeAdmin(db));
const inline = Router();
inline.route('/items/:id(\\\\d+)')
  .get(show)
  .delete(auth, remove);
app.use('/inline/', inline);
health.register(app);
app.all('/any', handler);
export default app;
`,
        'src/users/index.ts': `import { Router, type Request } from 'express';
import posts from './posts';
const router: Router = Router({ mergeParams: true });
router.get('/', list).post('/', create);
router.put('/:userId', update);
router.use('/:userId/posts', posts);
export default router;
`,
        'src/users/posts.js': `const express = require('express');
const router = express.Router();
router.get('/:postId', show);
module.exports = router;
`,
        'src/orders.ts': `import { Router } from 'express';
export const orders = Router();
orders.get(['/orders', '/purchases'], list);
export function makeAdmin(db: Db) {
  const router = Router();
  router.delete('/cache', clear);
  return router;
}
`,
        'src/health.ts': `import type { Express } from 'express';
export const register = (server: Express): void => {
  server.get('/health', check);
};
`,
        'src/app.test.ts': `import express from 'express';\nconst app = express();\napp.get('/test', x);\n`,
      }),
      [
        'ANY /any src/app.ts:20',
        'DELETE /admin/cache src/orders.ts:6',
        'DELETE /inline/items/{} src/app.ts:17',
        'GET / src/app.ts:10',
        'GET /api/orders src/orders.ts:3',
        'GET /api/purchases src/orders.ts:3',
        'GET /api/users src/users/index.ts:4',
        'GET /api/users/{}/posts/{} src/users/posts.js:3',
        'GET /health src/health.ts:3',
        'GET /inline/items/{} src/app.ts:16',
        'POST /api/users src/users/index.ts:4',
        'PUT /api/users/{} src/users/index.ts:5',
      ],
    );
  });

  it('by Express in CommonJS and in a class', async () => {
    assert.deepEqual(
      await routes({
        'server.js': `const express = require('express');
const { Server } = require('./lib/server');
const app = express();
app.use('/v1', require('./lib/routes').api);
app.use('/v2', require('./lib/v2'));
`,
        'lib/routes.js': `const { Router } = require('express');
const api = Router();
api.patch('/a/:id', h);
module.exports = { api };
`,
        'lib/v2.js': `const r = require('express').Router();
r.get('/b', h);
module.exports = r;
`,
        'lib/server.js': `const express = require('express');
class Server {
  constructor() {
    this.app = express();
    this.app.get('/own', (req, res) => res.end());
  }
}
exports.Server = Server;
`,
      }),
      ['GET /own lib/server.js:5', 'GET /v2/b lib/v2.js:2', 'PATCH /v1/a/{} lib/routes.js:3'],
    );
  });

  it('by Fastify, with plugins in several files', async () => {
    assert.deepEqual(
      await routes({
        'src/app.ts': `import Fastify from 'fastify';
import cors from '@fastify/cors';
import { usersPlugin } from './users.js';
export async function build() {
  const app = Fastify({ logger: true }).withTypeProvider<TypeBox>();
  await app.register(cors, { origin: true });
  app.register(usersPlugin, { prefix: '/api/users' });
  app.register(import('./items.js'), { prefix: '/api' });
  app.register(async (scope, options) => {
    scope.get('/inner', handler);
  }, { prefix: '/scope' });
  app.route({ method: ['GET', 'POST'], url: '/multi', handler });
  app.get<{ Params: { id: string } }>('/typed/:id', { schema }, handler);
  return app;
}
`,
        'src/users.ts': `import type { FastifyInstance } from 'fastify';
export async function usersPlugin(fastify: FastifyInstance, options: object) {
  fastify.get('/', list);
  fastify.route({ method: 'DELETE', url: '/:id', handler: remove });
  fastify.register(nested, { prefix: '/:id/nested' });
}
const nested = async (app: FastifyInstance) => {
  app.put('/deep', h);
};
`,
        'src/items.ts': `import fp from 'fastify-plugin';
export default fp(async function items(app, opts) {
  app.patch('/items/:itemId', { handler });
  app.get('/items', { handler });
});
`,
      }),
      [
        'DELETE /api/users/{} src/users.ts:4',
        'GET /api/items src/items.ts:4',
        'GET /api/users src/users.ts:3',
        'GET /multi src/app.ts:12',
        'GET /scope/inner src/app.ts:10',
        'GET /typed/{} src/app.ts:13',
        'PATCH /api/items/{} src/items.ts:3',
        'POST /multi src/app.ts:12',
        'PUT /api/users/{}/nested/deep src/users.ts:8',
      ],
    );
  });

  it('by FastAPI, with routers in several files', async () => {
    assert.deepEqual(
      await routes({
        'backend/app/main.py': `from fastapi import FastAPI, Depends
from app.api import users, items as things
from .api.deep import router as deep_router
import app.api.admin as admin
from app.setup import add_health

PREFIX = "/api"

app = FastAPI()
app.include_router(users.router, prefix=PREFIX, tags=["users"])
app.include_router(things.router, prefix="/things")
app.include_router(router=deep_router)
app.include_router(admin.router)
add_health(app)

@app.get("/")
async def root():
    return {}

@app.api_route("/both", methods=["GET", "POST"])
def both(): ...

sub = FastAPI()

@sub.get("/inner")
def inner(): ...

app.mount("/sub", sub)
`,
        'backend/app/__init__.py': '',
        'backend/app/api/__init__.py': '',
        'backend/app/api/users.py': `from fastapi import APIRouter
router = APIRouter(prefix="/users")

@router.get("/{user_id}", response_model=User)
@cached
async def get_user(user_id: int): ...

@router.post("", status_code=201)
def create_user(): ...
`,
        'backend/app/api/items.py': `import fastapi
router = fastapi.APIRouter()
router.add_api_route("/add", handler, methods=["PUT"])

@router.delete(path="/{item_id:int}")
def remove(item_id: int): ...
`,
        'backend/app/api/deep.py': `from fastapi import APIRouter
from .items import router as items_router
router = APIRouter(prefix="/deep")
router.include_router(items_router, prefix="/more")
`,
        'backend/app/api/admin.py': `from fastapi import APIRouter
def make():
    router = APIRouter(prefix="/admin")
    @router.get("/x")
    def x(): ...
    return router
router = make()
`,
        'backend/app/setup.py': `def add_health(app):
    @app.get("/health")
    def health(): ...
`,
        'backend/tests/test_app.py': `from fastapi import FastAPI
app = FastAPI()
@app.get("/test")
def t(): ...
`,
      }),
      [
        'DELETE /deep/more/{} backend/app/api/items.py:5',
        'DELETE /things/{} backend/app/api/items.py:5',
        'GET / backend/app/main.py:16',
        'GET /admin/x backend/app/api/admin.py:4',
        'GET /api/users/{} backend/app/api/users.py:4',
        'GET /both backend/app/main.py:20',
        'GET /health backend/app/setup.py:2',
        'GET /sub/inner backend/app/main.py:25',
        'POST /api/users backend/app/api/users.py:8',
        'POST /both backend/app/main.py:20',
        'PUT /deep/more/add backend/app/api/items.py:3',
        'PUT /things/add backend/app/api/items.py:3',
      ],
    );
  });

  it('are listed apart when no application holds them, or their path is not known', async () => {
    const found = await served({
      'src/app.js': `import express, { Router } from 'express';
import { lost } from './none.js';
const app = express();
const router = Router();
router.get('/alone', h);
app.get(process.env.PATH_OF_IT, h);
app.use('/x', lost);
app.use('/static', express.static('public'));
app.use(config.prefix, router2);
`,
      'api/main.py': `from fastapi import FastAPI, APIRouter
app = FastAPI()
router = APIRouter(prefix=settings.PREFIX)
@router.get("/a")
def a(): ...
app.include_router(router)
`,
    });
    assert.deepEqual(found.routes, []);
    assert.deepEqual(
      found.unmounted.map(({ path, file }) => `${path} ${file}`),
      ['/alone src/app.js'],
    );
    assert.deepEqual(found.unknown.toSorted(), ['api/main.py', 'src/app.js:6', 'src/app.js:7']);
  });

  it('end where routers hold one another', async () => {
    const found = await served({
      'a.js': `import express, { Router } from 'express';
const app = express();
const a = Router();
const b = Router();
a.use('/b', b);
b.use('/a', a);
app.use('/a', a);
b.get('/x', h);
const same = same2, same2 = same;
app.use(same);
`,
    });
    assert.ok(found.routes.length > 0);
    assert.ok(found.routes.length < 50);
  });

  it('are read from any text', async () => {
    const pieces = fc.constantFrom(
      'app',
      '.use(',
      '.get(',
      "'/a'",
      ',',
      ')',
      '=>',
      '{',
      '}',
      'express()',
      'const a = ',
      'export default ',
      'import a from "express";',
      '\n',
      '@app.get("/x")',
      'def f(app):',
      '    return app',
      'from fastapi import FastAPI',
      'app = FastAPI()',
      '...',
      '`${',
      '=',
    );
    const text = fc.oneof(
      hostileText,
      fc.array(pieces, { maxLength: 40 }).map((all) => all.join(' ')),
    );
    await fc.assert(
      fc.asyncProperty(text, async (written) => {
        for (const [path, language] of [
          ['a.ts', 'typescript'],
          ['a.py', 'python'],
        ] as const) {
          const source = await parseSource(written, language);
          assert.ok(source);
          const facts = language === 'python' ? pythonFacts(path, source) : scriptFacts(path, source);
          const found = serve({ files: new Map([[path, facts]]), fileOf: () => path });
          assert.ok(Array.isArray(found.routes));
        }
      }),
      { numRuns: 300 },
    );
  });
});
