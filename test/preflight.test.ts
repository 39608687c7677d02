/** What is looked at before a run of a plan of parallel groups, by the real binary: go, reduced or no-go. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeProject, type Project } from './lib/project.ts';

const PLAN = `# Multi-Agent Plan: Two

### Parallel Group 1: Core

- [ ] 1.1: Make a (Builder-1, 1h)
- [ ] 1.2: Make b (Builder-2, 1h)
`;

const RECIPE = `
tasks:
  "1.1": [{write: {path: a.txt, text: a}}, commit: a]
  "1.2": [{write: {path: b.txt, text: b}}, commit: b]
`;

type Check = { check: string; state: string; detail: string; remedy: string; agents?: number };
type Found = { answer: string; wanted: number; agents: number; checks: Check[] };

/** A range that nobody else here is given ports of. */
const PORTS = { COX_PREFLIGHT_PORTS: 'true', COX_SLOTS_FIRST_PORT: '27100' };

describe('the pre-flight of a plan of parallel groups', () => {
  let made: Project;
  before(() => {
    made = makeProject({ waves: [], recipe: RECIPE, files: { 'MULTI_AGENT_PLAN.md': PLAN } });
  });
  after(() => made.remove());

  const shown = async (env: Record<string, string>, ...flags: string[]): Promise<Found> => {
    const { stdout, code } = await made.cox(['plan', 'MULTI_AGENT_PLAN.md', '--json', ...flags], env);
    assert.equal(code, 0);
    return JSON.parse(stdout).preflight;
  };
  const states = ({ checks }: Found) =>
    Object.fromEntries(checks.map(({ check, state }) => [check, state] as const));
  const nothingMade = () => {
    assert.ok(!existsSync(join(made.path, '.git', 'coxswain')));
    assert.ok(!existsSync(join(made.path, 'MULTI_AGENT_PLAN-run')));
  };

  it('is shown by plan, in lines and in JSON, and makes nothing', async () => {
    const found = await shown({ ...PORTS, COX_PREFLIGHT_MIN_DISK: '1kB' });
    assert.deepEqual([found.answer, found.wanted, found.agents], ['go', 5, 5]);
    assert.deepEqual(states(found), {
      disk: 'ok',
      git: 'ok',
      ports: 'ok',
      environment: 'not run',
      agents: 'ok',
    });
    const text = (await made.cox(['plan', 'MULTI_AGENT_PLAN.md'])).stdout;
    assert.match(text, /Pre-flight: go, with 5 agents at most\n {2}➖ disk: not run, /);
    nothingMade();
  });

  it('says no-go with all its reasons, and run makes nothing then', async () => {
    made.write({ 'README.md': 'mine' });
    const env = {
      ...PORTS,
      COX_PREFLIGHT_MIN_DISK: '900000GB',
      COX_PREFLIGHT_ENVIRONMENT: 'DATABASE_URL,PATH',
      COX_AGENT: 'command',
      COX_AGENT_COMMAND: 'no-such-agent-anywhere',
    };
    const refused = await made.cox(['run', 'MULTI_AGENT_PLAN.md'], env);
    assert.equal(refused.code, 3, refused.stderr);
    assert.match(refused.stderr, /Pre-flight: no-go\n/);
    assert.match(refused.stderr, /❌ disk: .* are free where worktrees lie, 900000 GB are asked for/);
    assert.match(refused.stderr, /❌ git: /);
    assert.match(refused.stderr, /❌ environment: DATABASE_URL is not set/);
    assert.match(refused.stderr, /❌ agents: .*no-such-agent-anywhere/);
    assert.match(refused.stderr, /✅ ports: /);
    assert.match(
      refused.stderr,
      /\n +git: Commit or stash them, .*\n +environment: Set it, or take it out of /,
    );
    const json = await made.cox(['run', 'MULTI_AGENT_PLAN.md', '--json'], env);
    assert.equal(json.code, 3);
    const found: Found = JSON.parse(json.stdout).preflight;
    assert.deepEqual([found.answer, found.agents], ['no-go', 0]);
    assert.deepEqual(states(found), {
      disk: 'failed',
      git: 'failed',
      ports: 'ok',
      environment: 'failed',
      agents: 'failed',
    });
    nothingMade();
    made.git(['checkout', '-q', '.']);
  });

  it('finds the ports that somebody listens on, and leaves the agents before them', async (t) => {
    const server = createServer();
    t.after(() => server.close());
    // The one before it is free as well: nobody is given ports down here, and each process names two of its own.
    const port = 26_001 + 2 * (process.pid % 500);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const ports = { COX_PREFLIGHT_PORTS: 'true', COX_SLOTS_PORTS: '1' };
    const second = await shown({ ...ports, COX_SLOTS_FIRST_PORT: String(port - 1) });
    const found = second.checks.find(({ check }) => check === 'ports');
    assert.deepEqual([second.answer, second.agents, found?.agents], ['reduced', 1, 1]);
    assert.match(found?.detail ?? '', new RegExp(`listens on ${port}, .* of slot-2`));
    const first = await shown({ ...ports, COX_SLOTS_FIRST_PORT: String(port) });
    assert.equal(first.answer, 'no-go');
    const off = await shown({ ...ports, COX_SLOTS_FIRST_PORT: String(port), COX_PREFLIGHT_PORTS: 'false' });
    assert.equal(off.answer, 'go');
    nothingMade();
  });

  it('is on or off for any plan, as it is set', async () => {
    assert.equal(await shown({}, '--preflight', 'off'), null);
    made.write({ 'plan.md': 'Task 1: One\n- Files: a.txt\n- Done when: it is there\n' });
    const other = (mode: string) => made.cox(['plan', 'plan.md', '--json', '--preflight', mode]);
    assert.equal(JSON.parse((await other('auto')).stdout).preflight, null);
    assert.equal(JSON.parse((await other('on')).stdout).preflight.answer, 'go');
    made.git(['clean', '-fdq']);
  });

  it('reduces the agents of a run to what there is room for, and its report says so', async () => {
    const { bavail, bsize } = statfsSync(made.root);
    // Room for two of the five and a half: what else fills or frees the disk meanwhile does not matter.
    const least = Math.round((bavail * bsize * 5) / 2.5 / 1e6);
    const config = readFileSync(join(made.path, 'coxswain.config.yaml'), 'utf8');
    made.commit({ 'coxswain.config.yaml': `${config}preflight:\n  min_disk: ${least}MB\n` });
    const env = { COX_PREFLIGHT_MIN_DISK: '' };
    const ran = await made.cox(['run', 'MULTI_AGENT_PLAN.md'], env);
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(
      ran.stderr,
      /Pre-flight: reduced, with 2 instead of 5 agents at most\n {2}⚠️ disk: .*; enough for 2 agents\n/,
    );
    const events = (await made.cox(['report'], env)).stdout;
    assert.match(events, /\*\*Pre-flight\*\*: reduced, 2 of 5 agents \(disk: .* are free/);
  });
});
