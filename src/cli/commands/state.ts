import { Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import { sessionParts } from '../session-parts.ts';
import * as verbs from '../state-verbs.ts';
import { addDefaultVerb, jsonOption } from './shared.ts';

type Run = (verb: (opened: verbs.OpenedState) => Promise<number>) => Promise<void>;

export function stateCommand(cli: Cli): Command {
  const run: Run = async (verb) => {
    cli.exitCode = await verb({ cli, parts: await sessionParts(cli) });
  };
  const command = new Command('state')
    .summary('the state machine that your own scripts keep')
    .description(
      'The session of scripts and agents that are not runs of cox, in .claude/auto-state-machine.yaml: ' +
        'the verbs and the output of state-transition.sh.',
    );
  const plain = new Command('state').description("the state's name; also without a verb");
  addDefaultVerb(
    command,
    plain
      .addOption(jsonOption())
      .action((_, { json }: { readonly json?: true }) => run((opened) => verbs.state(opened, json === true))),
  );
  for (const each of [...changes(run), ...questions(run)]) command.addCommand(each);
  return command;
}

function changes(run: Run): readonly Command[] {
  return [
    new Command('init')
      .description('begin a session; one that is there is kept beside the checkpoints')
      .argument('[state]', 'its first state', 'IDLE')
      .action((first: string) => run((opened) => verbs.init(opened, first))),
    new Command('transition')
      .description('go to another state: prints both, and the skills that are to be used')
      .argument('<state>')
      .addOption(new Option('--force', 'also to a state that may not follow'))
      .action((to: string, { force }: { readonly force?: true }) =>
        run((opened) => verbs.transition(opened, to, force === true)),
      ),
    new Command('checkpoint')
      .description('note a file that the session can be taken up from')
      .argument('<file>')
      .argument('[text]', 'what it is')
      .action((file: string, text?: string) => run((opened) => verbs.checkpoint(opened, file, text))),
    new Command('tokens')
      .description('count tokens: 1 from the share that warns, 2 from the one that wants a checkpoint')
      .argument('[number]', 'how many were used since the last call')
      // Commander's own exit code for a wrong call would mean a checkpoint to scripts.
      .allowUnknownOption()
      .action((number?: string) => run((opened) => verbs.tokens(opened, number ?? ''))),
  ];
}

function questions(run: Run): readonly Command[] {
  return [
    new Command('work-type')
      .description('the type of work; with one, sets it')
      .argument('[type]')
      .argument('[focus]', 'what it is about, with commas between')
      .argument('[confidence]', 'from 0 to 1', '1')
      .action((type: string | undefined, focus: string | undefined, confidence: string) =>
        run((opened) => verbs.workType(opened, { type, focus: focus ?? '', confidence })),
      ),
    new Command('skills')
      .description('the skills that are to be used, in a state and for a type of work')
      .argument('[state]')
      .argument('[type]')
      .action((state?: string, type?: string) => run((opened) => verbs.skills(opened, state, type))),
    new Command('resume')
      .description('where the session stands, for whoever goes on with it')
      .action(() => run(verbs.resume)),
  ];
}
