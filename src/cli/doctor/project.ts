/** What the project's settings ask for: its agent, its commands, the confinement it wants, places it writes to. */

import { resolve } from 'node:path';
import type { Resolved } from '../../config/resolve.ts';
import { confinementWords, limitWords } from '../../views/protection.ts';
import { agentSettings, unknownAgent } from '../agent-settings.ts';
import { confinedIn } from '../agents-there.ts';
import type { Cli } from '../cli.ts';
import type { AboutRepository } from '../context.ts';
import { userConfigFolder } from '../read-config.ts';
import { settle } from '../repository.ts';
import { type DoctorFinding, type Found, fine, type Probe } from './finding.ts';
import { roomAt, writableFolder } from './folders.ts';
import { tool } from './machine.ts';

export async function examineProject(cli: Cli): Promise<readonly DoctorFinding[]> {
  const found = await cli.parts.findRepository(cli.folder);
  if (!found.ok) return project([notRun('repository', found.error.message, found.error.remedy)]);
  const root = found.value;
  const about = await cli.parts.aboutRepository(root);
  const repository = repositoryFinding(root, about);
  const settled = await settle(cli, root, { flags: {}, planWishes: {} });
  if (!settled.ok) {
    const { message, remedy } = settled.error;
    const wrong: Found = { name: 'settings', state: 'wrong', needed: true, detail: message, remedy };
    return project([repository, wrong]);
  }
  const probe: Probe = (argv) => cli.parts.probe(argv);
  const { settings, local } = settled.value;
  const { slots } = local;
  const findings = await Promise.all([
    chosenAgent(cli, root, settled.value),
    command(cli, 'merge test', settings.mergeTest, {
      without: 'none is set: what is merged is not tested',
      remedy: 'Set mergeTest in coxswain.config.yaml, or give --merge-test.',
    }),
    ...(settings.e2e === undefined ? [] : [command(cli, 'e2e.start', settings.e2e.start)]),
    ...(slots.setup === undefined ? [] : [command(cli, 'slots.setup', slots.setup)]),
    ...(slots.teardown === undefined ? [] : [command(cli, 'slots.teardown', slots.teardown)]),
    confinement(cli, root, settled.value),
    largeFiles(probe, about),
    runsFolder(about),
    ...(slots.folder === undefined ? [] : slotsFolder(resolve(root, slots.folder))),
  ]);
  return project([repository, fine('settings', 'every value can be followed'), ...findings]);
}

function project(found: readonly Found[]): readonly DoctorFinding[] {
  return found.map((each) => ({ about: 'project', ...each }));
}

function notRun(name: string, detail: string, remedy: string): Found {
  return { name, state: 'not run', needed: false, detail, remedy };
}

/** Every run begins with a commit. */
function repositoryFinding(root: string, about: AboutRepository | null): Found {
  const name = 'repository';
  if (about === null || about.hasCommit) return fine(name, root);
  const detail = `${root} has no commit yet, so there is nothing to start from`;
  return { name, state: 'wrong', needed: true, detail, remedy: 'Make a first commit.' };
}

/** As `run` would choose and refuse it. */
async function chosenAgent(cli: Cli, root: string, resolved: Resolved): Promise<Found> {
  const name = 'agent';
  const { agent: choice } = resolved;
  const unknown = unknownAgent(choice, cli.parts.agents);
  if (unknown !== null)
    return { name, state: 'wrong', needed: true, detail: unknown.message, remedy: unknown.remedy };
  const folders = { current: cli.folder, root, userConfig: userConfigFolder(cli.host.env) };
  const chosen = await agentSettings(choice, folders);
  if (!chosen.ok) {
    const { message, remedy } = chosen.error;
    // It can still be given when a plan is run.
    const needed = choice.is !== 'none';
    return { name, state: needed ? 'wrong' : 'not run', needed, detail: message, remedy };
  }
  const problem = await cli.parts.agentProblem(chosen.value, confinedIn(root, resolved));
  if (problem !== null)
    return { name, state: 'missing', needed: true, detail: problem.message, remedy: problem.remedy };
  const { driver, options } = chosen.value;
  const shown = driver === 'command' ? options['command'] : undefined;
  return fine(name, typeof shown === 'string' ? `${driver}: ${shown}` : driver);
}

interface Without {
  readonly without: string;
  readonly remedy: string;
}

/** The program that a shell's command line starts first, where that can be told. Nothing is run. */
async function command(
  cli: Cli,
  name: string,
  line: string | undefined,
  { without, remedy }: Without = { without: '', remedy: '' },
): Promise<Found> {
  if (line === undefined) return notRun(name, without, remedy);
  const missing = cli.parts.missingProgram(line);
  if (missing === null) return fine(name, line);
  const detail = `${line}: ${missing}`;
  return {
    name,
    state: 'missing',
    needed: true,
    detail,
    remedy: 'Install the program, or change the command.',
  };
}

async function confinement(cli: Cli, root: string, { settings, local }: Resolved): Promise<Found> {
  const name = 'confinement';
  const { sandbox: mode } = settings.isolation;
  if (mode === 'off') {
    const remedy = 'Run only agents that you would let run in your checkout.';
    return notRun(name, 'switched off: agents are not confined', remedy);
  }
  const protection = await cli.parts.protection({ root, local });
  const limits = limitWords(protection);
  const detail = `${confinementWords(protection)}${limits === '' ? '' : ` (${limits})`}`;
  const needed = mode === 'required';
  if (protection.level !== 'none') return fine(name, detail, needed);
  const remedy = needed
    ? 'Install bubblewrap, or set sandbox.mode to auto.'
    : 'Install bubblewrap, or run only agents that you would let run in your checkout.';
  return { name, state: 'missing', needed, detail, remedy };
}

async function largeFiles(probe: Probe, about: AboutRepository | null): Promise<Found> {
  const name = 'git-lfs';
  if (about?.usesLargeFiles !== true) return notRun(name, 'the repository keeps no files with it', '');
  const remedy = 'Install git-lfs: files of this repository are kept with it.';
  return await tool(probe, { name, argv: ['git', 'lfs', 'version'], needed: true, remedy });
}

/** Where the log and the output of its runs are kept. */
async function runsFolder(about: AboutRepository | null): Promise<Found> {
  const name = 'run folder';
  if (about === null) return notRun(name, 'git does not say where it keeps the repository', '');
  return await writableFolder(name, about.stateFolder, 'change its owner');
}

function slotsFolder(path: string): readonly Promise<Found>[] {
  return [
    writableFolder('slots.folder', path, 'set slots.folder to a folder that is'),
    roomAt('room for slots', path),
  ];
}
