/** A project of one task that a real agent does behind walls, with a scripted model. */

import { dirname } from 'node:path';
import type { Asked, Script } from './model-server/reply.ts';
import type { Models } from './models.ts';
import { type Ended, makeProject, type Project } from './project.ts';
import { programOf, type RealAgent } from './real-agent.ts';

export interface RealProject extends Pick<Project, 'path' | 'plan'> {
  readonly env: Readonly<Record<string, string>>;
  cox(...args: readonly string[]): Promise<Ended>;
  start(...args: readonly string[]): ReturnType<Project['start']>;
  /** The task, as reports have it. */
  task(): Promise<ReportedTask>;
  /** What its model was asked so far, in order. */
  asked(): readonly Asked[];
}

export interface ReportedTask {
  readonly status: string;
  readonly attempts: number;
  readonly tokens: Tokens;
  readonly used_by_attempt: readonly { readonly role: string; readonly tokens: Tokens }[];
}

export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
}

interface RealTask {
  readonly models: Models;
  /** Of the script. */
  readonly name: string;
  readonly script: Script;
  /** Beside the agent. */
  readonly settings: object;
}

export function realProject(agent: RealAgent, { models, name, script, settings }: RealTask): RealProject {
  const address = models.server.serve(name, script);
  const program = programOf(agent) ?? '';
  const config = {
    agent: {
      driver: agent.driver,
      options: agent.options(address, program),
      environment: ['SCRIPTED_KEY', 'ANTHROPIC_*', 'CLAUDE_CODE_*'],
      files: agent.files ?? [],
    },
    qa: { enabled: false },
    backoff: { first: '50ms' },
    sandbox: { mode: 'required' },
    ...settings,
  };
  const project = makeProject({
    waves: [{ tasks: { 'task-001': { create: 'one.txt' } } }],
    recipe: '',
    files: { 'coxswain.config.yaml': JSON.stringify(config) },
  });
  models.keep(project);
  const home = project.env['HOME'] ?? '';
  agent.prepare?.(home, address);
  const env = {
    ...agent.env(address, home),
    COX_SANDBOX: 'required',
    PATH: `${dirname(program)}:${project.env['PATH'] ?? ''}`,
  };
  const cox = (...args: readonly string[]): Promise<Ended> => project.cox(args, env);
  return {
    path: project.path,
    plan: project.plan,
    env,
    cox,
    start: (...args) => project.start(args, env),
    task: async () =>
      JSON.parse((await cox('report', '--format', 'json')).stdout).waves[0].tasks[0] as ReportedTask,
    asked: () => models.server.requests.filter((each) => each.script === name).map((each) => each.asked),
  };
}

export function newest(said: readonly string[]): string {
  return said.at(-1) ?? '';
}
