/** Puts the program together: the only place where adapters meet the engine. */

import { mkdirSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { agentParts } from './agents/agent-parts.ts';
import { firstProgram } from './agents/command/program.ts';
import { missingPart } from './agents/starting/installed.ts';
import { type StartPlace, type Surroundings, startProblem } from './agents/starting/start-problem.ts';
import { createAgents } from './agents/supervise.ts';
import { LocalLeftovers } from './attempt/leftovers.ts';
import { LocalDispatcher } from './attempt/runner.ts';
import { CommandChecker, type CommandCheckerParts } from './checks/command-check.ts';
import { ProjectResolver } from './checks/conflicts/project-resolver.ts';
import { ProjectE2e } from './checks/e2e/project-e2e.ts';
import { PackageInstaller } from './checks/packages/installer.ts';
import { missingManagers } from './checks/packages/missing-managers.ts';
import { ProjectCombinedProver } from './checks/project-combined-prover.ts';
import { ProjectProver, type ProverParts } from './checks/project-prover.ts';
import type {
  CliHost,
  CliParts,
  DemoRequest,
  OpenedRepository,
  OpenRequest,
  PreflightFacts,
  PreflightRequest,
} from './cli/context.ts';
import type { LocalSettings } from './config/local-settings.ts';
import { safeName } from './core/names.ts';
import { err, ok, type Result } from './core/result.ts';
import { runDemo } from './demo/run-demo.ts';
import type { Refusal } from './engine/api.ts';
import { Cox } from './engine/cox.ts';
import { probeFromEnvironment } from './engine/fault.ts';
import type { IntegrationPorts, Ports } from './engine/parts.ts';
import { systemClock } from './engine/system-clock.ts';
import { commitEverything } from './git/base/new-repository.ts';
import { withoutPrograms } from './git/base/no-programs.ts';
import { inspectRepository, type NoRepository, type Repository } from './git/base/repository.ts';
import { createGit, type Git } from './git/base/runner.ts';
import { ignoresCase } from './git/base/settings.ts';
import { poolFolderOf, stateFolderIn } from './git/base/state-places.ts';
import { bareRepository, noRepository, openCheckout } from './git/checkout/checkout.ts';
import { mainCheckout } from './git/checkout/checkouts.ts';
import { isIgnored } from './git/checkout/ignored.ts';
import { CheckedOutBranch } from './git/checkout/target-branch.ts';
import { ObjectConflictCommits } from './git/merging/conflict-commits.ts';
import { ObjectMerger } from './git/merging/object-merger.ts';
import { ObjectReader } from './git/objects/commit-reader.ts';
import { ObjectVariants } from './git/objects/commit-variants.ts';
import { ObjectHistory } from './git/objects/history.ts';
import { ObjectDiff } from './git/objects/work-diff.ts';
import { SlotRadar } from './git/radar/slot-radar.ts';
import { openGitPool } from './git/slots/open-pool.ts';
import { SlotPools } from './git/slots/slot-pools.ts';
import { nextSlotPorts } from './git/slots/slot-ports.ts';
import { slotHooks } from './git/slots/slot-setup.ts';
import { envFileSecrets } from './process/env-files.ts';
import type { HostEnvironment } from './process/environment.ts';
import { fileLocks } from './process/file-locks.ts';
import { DEFAULT_PATH } from './process/find-program.ts';
import { ownIdentity } from './process/identity.ts';
import { liveProcess } from './process/live-process.ts';
import { probe } from './process/probe.ts';
import type { PoolAdapters } from './project/pool/pool-merge.ts';
import { createSandbox } from './sandbox/create.ts';
import { freeBytes, MachineAdmission } from './sandbox/resources/machine-admission.ts';
import { openEventStore } from './store/open.ts';

export function compose(host: CliHost): CliParts {
  const git = createGit({ host: host.env });
  const stateHome = join(host.env['XDG_STATE_HOME'] || join(homeOf(host), '.local', 'state'), 'coxswain');
  const searchPath = host.env['PATH'] || DEFAULT_PATH;
  const place: StartPlace = { searchPath, cwd: host.cwd, home: homeOf(host) };
  return {
    // The parsers of plans are a third of all modules, and most commands read no plan.
    loadPlan: async (request) => {
      const ignoreCase = await ignoresCase(git, resolve(host.cwd, request.path));
      return (await import('./project/load-plan.ts')).loadPlan({ ignoreCase, ...request });
    },
    findRepository: async (folder) => {
      const found = await inspectRepository(git, folder);
      return found.ok ? ok(found.value.top) : err(repositoryRefusal(folder, found.error));
    },
    aboutRepository: async (root) => {
      const found = await inspectRepository(git, root);
      if (!found.ok) return null;
      const { commonDir, usesLfs, head } = found.value;
      return {
        gitFolder: commonDir,
        stateFolder: stateFolderIn(commonDir),
        mainCheckout: await mainCheckout({ git, repository: found.value }),
        usesLargeFiles: usesLfs,
        hasCommit: head !== null,
      };
    },
    fileLocks,
    openPool: (request) => openPool({ env: host.env, git }, request),
    openRepository: (request) => openRepository({ env: host.env, git, stateHome }, request),
    preflightFacts: (request) => preflightFacts({ env: host.env, git, stateHome }, request),
    agentProblem: async (agent, inside) => {
      const around = inside === null ? null : surroundings(host, inside, stateHome);
      const problem = await startProblem(agent, place, around);
      return problem === null ? null : { reason: 'not-possible', ...problem };
    },
    missingProgram: (command) => missingPart({ program: firstProgram(command), module: null }, place),
    missingManagers: (root, changes) => missingManagers(root, changes, searchPath),
    machineProtection: () =>
      createSandbox({ env: host.env, checkout: host.cwd, readable: [], writable: [] }).protection(),
    protection: ({ root, local }) =>
      createSandbox({ env: host.env, checkout: root, ...local.sandbox }).protection(),
    ...agentParts(host.env, place),
    agentPid: (attemptFolder) => liveProcess(join(attemptFolder, 'agent')),
    stateHome,
    probe: (argv) => probe(host, argv),
    runDemo: (request) => demo(host, git, request),
  };
}

export interface Machine {
  readonly env: HostEnvironment;
  readonly git: Git;
  readonly stateHome: string;
}

/** Makes the folder of the repository's state, if need be. Of the environment only what is allowed is passed on. */
export async function openRepository(
  { env, git, stateHome }: Machine,
  { root, local }: OpenRequest,
): Promise<Result<OpenedRepository, Refusal>> {
  const found = await inspectRepository(git, root);
  if (!found.ok) return err(repositoryRefusal(root, found.error));
  const repository = found.value;
  const ownGit = withoutPrograms(git, repository.settings.lines);
  const stateFolder = stateFolderIn(repository.commonDir);
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  const store = openEventStore({ file: join(stateFolder, 'log.db') });
  if (!store.ok)
    return err({ reason: 'store', message: 'the event log cannot be opened', remedy: store.error.detail });
  const runFolder = (run: string): string => join(stateFolder, 'runs', safeName(run));
  const attemptFolder = (run: string, task: string, attempt: number): string =>
    join(runFolder(run), 'attempts', safeName(task), String(attempt));
  const { agentEnvironment: environment, agentFiles: files, slots } = local;
  const poolFolder = poolFolderOf(stateHome, repository, slots.folder);
  const sandbox = createSandbox({ env, checkout: repository.top, ...local.sandbox });
  const worktrees = new SlotPools({
    git: ownGit,
    repository,
    host: env,
    poolFolder,
    copies: slots.copy,
    hooks: slotHooks(env, slots),
    portBase: slots.firstPort,
    portsPerSlot: slots.ports,
    keptSlots: slots.kept,
    sandbox,
    archiveFolder: runFolder,
  });
  const secrets = envFileSecrets(repository.top);
  const agents = createAgents({ sandbox, hostEnv: env, environment, files, secrets });
  const objects = { git: ownGit, repository };
  const checking = { worktrees, sandbox, host: env, folder: (run: string) => join(runFolder(run), 'checks') };
  const api = new Cox({
    store: store.value,
    repository: openCheckout(ownGit, root, env),
    ports: {
      dispatcher: new LocalDispatcher({
        worktrees,
        agents,
        folder: ({ run, task, number }) => attemptFolder(run, task, number),
        sessions: ({ run, task }, role) => join(runFolder(run), 'sessions', safeName(task), role),
      }),
      ...objectPorts(objects),
      checker: new CommandChecker(checking),
      installer: new PackageInstaller({ ...checking, reader: new ObjectReader(objects) }),
      resolver: new ProjectResolver(checking),
      prover: new ProjectProver(proverParts(checking, objects)),
      e2e: projectE2e({ ...checking, folder: (run) => join(runFolder(run), 'e2e') }, objects, local),
      radar: new SlotRadar({ ...objects, folder: (run) => join(runFolder(run), 'radar') }),
      sandbox,
      admission: new MachineAdmission({ ...local.admission, folders: [poolFolder, stateFolder] }),
      leftovers: new LocalLeftovers({ worktrees, runFolder, folder: join(stateFolder, 'runs') }),
    },
    integration: integrationPorts(checking, objects),
    clock: systemClock,
    owner: ownIdentity(),
    probe: probeFromEnvironment(env),
    lookEveryMs: local.lookEveryMs,
    keeping: { runs: local.keptRuns, abandonedMs: slots.abandonedMs, removesSlots: slots.removed },
    attemptFolder,
    secrets,
    rest: () => worktrees.settle().then(() => git.rest()),
  });
  return ok({ api, stateFolder });
}

async function preflightFacts(
  { env, git, stateHome }: Machine,
  { root, local, agents, ports, allowDirty, ignoreDirty }: PreflightRequest,
): Promise<PreflightFacts> {
  const found = await inspectRepository(git, root);
  if (!found.ok) return { against: [noRepository(root, found.error)], freeBytes: null, slots: null };
  const ownGit = withoutPrograms(git, found.value.settings.lines);
  const against = await openCheckout(ownGit, root, env).refusals({ allowDirty, ignore: ignoreDirty });
  const poolFolder = poolFolderOf(stateHome, found.value, local.slots.folder);
  const slots = ports ? await nextSlotPorts(poolFolder, agents, local.slots) : null;
  return { against, freeBytes: await freeBytes(poolFolder), slots };
}

/** Of the settings only what is copied into a worktree, and what is run there, has a say. */
async function openPool(
  { env, git }: Omit<Machine, 'stateHome'>,
  { root, local }: OpenRequest,
): Promise<Result<PoolAdapters, Refusal>> {
  const found = await inspectRepository(git, root);
  if (!found.ok) return err(repositoryRefusal(root, found.error));
  const repository = found.value;
  if (repository.bare) return err({ ...bareRepository(repository), reason: 'repository' });
  const pool = openGitPool({
    git,
    repository,
    host: env,
    copies: local.slots.copy,
    hooks: slotHooks(env, local.slots),
  });
  return ok({ ...pool, lock: fileLocks(stateFolderIn(repository.commonDir)) });
}

interface Objects {
  readonly git: Git;
  readonly repository: Repository;
}

/** What works on git's objects alone. */
function objectPorts(objects: Objects): Pick<Ports, 'merger' | 'conflicts' | 'reader' | 'diff'> {
  return {
    merger: new ObjectMerger(objects),
    conflicts: new ObjectConflictCommits(objects),
    reader: new ObjectReader(objects),
    diff: new ObjectDiff(objects),
  };
}

function integrationPorts(parts: CommandCheckerParts, objects: Objects): IntegrationPorts {
  return {
    combined: new ProjectCombinedProver(proverParts(parts, objects)),
    history: new ObjectHistory(objects),
    target: new CheckedOutBranch(objects),
  };
}

function proverParts(parts: CommandCheckerParts, objects: Objects): ProverParts {
  const reader = new ObjectReader(objects);
  const variants = new ObjectVariants(objects);
  return { ...parts, reader, variants, atOnce: availableParallelism() };
}

function projectE2e(
  parts: CommandCheckerParts,
  { git, repository }: Objects,
  { browser }: LocalSettings,
): ProjectE2e {
  const isLeftOut = (path: string): Promise<boolean> => isIgnored(git, repository.top, path);
  return new ProjectE2e({
    ...parts,
    browser,
    checkout: { top: repository.top, isIgnored: isLeftOut },
    isRoot: process.getuid?.() === 0,
  });
}

function homeOf({ env }: CliHost): string {
  return env['HOME'] || homedir();
}

/** Of a run's agents. Its worktrees and git's own folder are shown to them, whatever else is hidden. */
function surroundings(host: CliHost, { root, local }: OpenRequest, stateHome: string): Surroundings {
  const { slots, agentFiles, sandbox } = local;
  const files = agentFiles.map((path) => join(homeOf(host), path));
  return {
    hidden: (paths) => createSandbox({ env: host.env, checkout: root, ...sandbox }).hidden(paths),
    shown: [stateHome, join(root, '.git'), resolve(root, slots.folder ?? stateHome), ...files],
  };
}

function repositoryRefusal(folder: string, problem: NoRepository): Refusal {
  const { message, remedy } = noRepository(folder, problem);
  return { reason: 'repository', message, remedy };
}

function demo(host: CliHost, git: Git, { folder, cox }: DemoRequest): Promise<number> {
  return runDemo({
    ...(folder === undefined ? {} : { folder }),
    commitAll: (root) => commitEverything(git, root),
    cox: (root, args) => cox(['-C', root, ...args]),
    say: (text) => host.stderr.write(text),
    print: (text) => host.stdout.write(text),
  });
}
