import { dirname, join, relative } from 'node:path';
import { Command, Option } from 'commander';
import type { RunState } from '../../core/run-state.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { CoxApi } from '../../engine/api.ts';
import { readSources, writeIntegration } from '../../project/integration-files.ts';
import { ownPathsOf } from '../../project/own-paths.ts';
import { type IntegrationView, integrationView } from '../../views/integration-view.ts';
import { jsonText } from '../../views/json.ts';
import type { NextStep } from '../../views/next-steps.ts';
import type { Cli } from '../cli.ts';
import { EXIT, stopOf, stopOfOwner } from '../exit.ts';
import { pathsInside } from '../plan-argument.ts';
import { integrationText } from '../render/integration-text.ts';
import { findRun, settle } from '../repository.ts';
import { viewsFolder } from '../save-views.ts';
import { jsonOption } from './shared.ts';

interface IntegrateOptions {
  readonly into?: string;
  readonly json?: true;
}

export function integrateCommand(cli: Cli): Command {
  return new Command('integrate')
    .summary('check the combined work of a run, and merge it for good')
    .description(
      "Checks the combined work of a run: contracts, boundaries, and the project's own tests, type check and lint. " +
        "Writes integration-report.md into the plan's folder.",
    )
    .argument('<plan|run>', "the run's id or the start of it, or its plan, whose newest run is meant")
    .addOption(new Option('--into <branch>', 'then merge it into this branch, if no check has failed'))
    .addOption(jsonOption())
    .action(async (what: string, options: IntegrateOptions) => {
      cli.exitCode = await integrate(cli, what, options);
    });
}

async function integrate(cli: Cli, what: string, options: IntegrateOptions): Promise<number> {
  const found = await cli.parts.findRepository(cli.folder);
  if (!found.ok) return cli.stop(stopOf(found.error));
  const root = found.value;
  const settled = await settle(cli, root, { flags: {}, planWishes: {}, agentsKnown: true });
  if (!settled.ok) return cli.stop(settled.error);
  const opened = await cli.parts.openRepository({ root, local: settled.value.local });
  if (!opened.ok) return cli.stop(stopOf(opened.error));
  const { api } = opened.value;
  try {
    const state = await findRun(cli, api, what);
    if (!state.ok) return cli.stop(state.error);
    return await integrateRun(cli, { api, state: state.value, root, options });
  } finally {
    await api.close();
  }
}

interface Request {
  readonly api: CoxApi;
  readonly state: RunState;
  readonly root: string;
  readonly options: IntegrateOptions;
}

async function integrateRun(cli: Cli, { api, state, root, options }: Request): Promise<number> {
  const { run, source, plan } = state;
  const owner = await api.owner(run);
  if (owner !== null) return cli.stop(stopOfOwner(run, owner));
  const stopping = new AbortController();
  let code: number = EXIT.interrupted;
  const stopListening = cli.host.onSignal((signal) => {
    if (signal === 'SIGHUP') return;
    code = signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
    stopping.abort();
  });
  try {
    const own = ownPathsOf(source, plan.format, root);
    const done = await api.integrate(run, {
      ...(options.into === undefined ? {} : { into: options.into }),
      // Runs complete the ignore file above a plan's folder.
      ignoreDirty: pathsInside(root, [...own, join(dirname(source), '.gitignore')]),
      report: saidOnce((step) => cli.say(`cox: looking at ${step}`)),
      signal: stopping.signal,
    });
    if (!done.ok) return cli.stop(stopOf(done.error));
    if (done.value === null) {
      cli.say(`cox: stopped; what was found is kept. Go on with: cox integrate ${run}`);
      return code;
    }
    const view = integrationView(state, done.value, await readSources(source, root));
    await show(cli, { state, view, options });
    return endCode(view);
  } finally {
    stopListening();
  }
}

/** A step that has several parts tells itself at each of them. */
function saidOnce(say: (step: string) => void): (step: string) => void {
  let last = '';
  return (step) => {
    if (step !== last) say(step);
    last = step;
  };
}

async function show(
  cli: Cli,
  { state, view, options }: Pick<Request, 'state' | 'options'> & { readonly view: IntegrationView },
): Promise<void> {
  const folder = await viewsFolder(cli, state);
  const { report, manifest, problems } =
    folder === null ? { report: null, manifest: null, problems: [] } : await writeIntegration(folder, view);
  for (const problem of problems) cli.say(`cox: ${problem}`);
  const noting = manifest === null ? [] : [committing(relative(cli.folder, manifest), view)];
  const shown = { ...view, next_steps: [...view.next_steps, ...noting] };
  const { stdout } = cli.host;
  if (options.json) {
    cli.print([jsonText({ ...shown, report_path: report })]);
    return;
  }
  const [width, style, isTable] = [cli.width(stdout), cli.style(stdout), stdout.isTTY];
  cli.print(integrationText({ view: shown, report, width, style, isTable }));
}

/** The manifest is the user's: it is written, and theirs to commit. */
function committing(path: string, { run_id: run }: IntegrationView): NextStep {
  const message = shellWord(`Note the integration of ${run}`);
  return {
    what: 'Commit what the manifest says of it now',
    code: `git commit -m ${message} -- ${shellWord(path)}`,
  };
}

/** A branch that was asked to hold the work and does not is no success, whatever the checks say. */
function endCode({ status, into }: IntegrationView): number {
  switch (into?.status) {
    case 'refused':
      return EXIT.refused;
    case 'unproven':
    case 'conflict':
    case 'red':
    case 'behind':
      return EXIT.failed;
    case 'merged':
    case 'held':
    case undefined:
      return status === 'failed' ? EXIT.failed : EXIT.ok;
  }
}
