import { join } from 'node:path';
import { Command, Option } from 'commander';
import {
  EVERYBODY,
  type Letter,
  MESSAGE_TYPES,
  type MessageType,
  PRIORITIES,
  type Priority,
} from '../../core/message.ts';
import { safeName } from '../../core/names.ts';
import type { Delivery, MailParts, MailProblem } from '../../project/messages/mailbox.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit.ts';
import { clean } from '../render/clean.ts';
import { rootOrFolder } from '../repository.ts';
import { tellRuns } from '../tell-runs.ts';
import { jsonOption } from './shared.ts';

const mailbox = () => import('../../project/messages/mailbox.ts');

export function messageCommand(cli: Cli): Command {
  return new Command('message')
    .summary('messages between agents, in folders')
    .description(
      'Messages between agents that your own scripts start: one JSON file each, in messages/<agent>/inbox/. ' +
        'What a run tells its agents lies in the folder of COX_INBOX, and is shown to them as well.',
    )
    .addCommand(letterOptions(sendCommand(cli)))
    .addCommand(letterOptions(broadcastCommand(cli)))
    .addCommand(inboxCommand(cli))
    .addCommand(ackCommand(cli))
    .addCommand(listCommand(cli))
    .addCommand(lockCommand(cli, 'lock'))
    .addCommand(lockCommand(cli, 'unlock'));
}

interface LetterOptions {
  readonly from: string;
  readonly type: MessageType;
  readonly subject: string;
  readonly payload: string;
  readonly priority: Priority;
  readonly conversation?: string;
  readonly replyTo?: string;
  readonly task?: string;
}

function letterOptions(command: Command): Command {
  return command
    .addOption(new Option('--from <agent>', 'who sends it').makeOptionMandatory())
    .addOption(new Option('--type <type>', 'what it is').choices(MESSAGE_TYPES).makeOptionMandatory())
    .addOption(new Option('--subject <text>', 'what it is about').default(''))
    .addOption(new Option('--payload <json>', 'a JSON object').default('{}'))
    .addOption(new Option('--priority <priority>').choices(PRIORITIES).default('normal'))
    .addOption(new Option('--conversation <id>', 'what it belongs to'))
    .addOption(new Option('--reply-to <message>', 'what it answers'))
    .addOption(new Option('--task <task>', 'the task it is about'));
}

function sendCommand(cli: Cli): Command {
  return new Command('send')
    .description("put a message into an agent's inbox: prints its id")
    .addOption(new Option('--to <agent>', `whom it is for; ${EVERYBODY} for everybody`).makeOptionMandatory())
    .action(async (options: LetterOptions & { readonly to: string }) => {
      cli.exitCode = await send(cli, options.to, options);
    });
}

function broadcastCommand(cli: Cli): Command {
  return new Command('broadcast')
    .description('put a message into the inbox of every agent but the sender: prints its id')
    .action(async (options: LetterOptions) => {
      cli.exitCode = await send(cli, EVERYBODY, options);
    });
}

async function send(cli: Cli, to: string, options: LetterOptions): Promise<number> {
  const payload = objectOf(options.payload);
  if (payload === null)
    return cli.stop({
      code: EXIT.usage,
      message: 'the payload is no JSON object',
      remedy: 'Give e.g. \'{"path":"a.ts"}\'.',
    });
  const letter: Letter = {
    from: options.from,
    to,
    type: options.type,
    priority: options.priority,
    subject: options.subject,
    payload,
    conversation: options.conversation ?? null,
    inReplyTo: options.replyTo ?? null,
    task: options.task ?? (cli.host.env['COX_TASK_ID'] || null),
    run: cli.host.env['COX_RUN_ID'] || null,
  };
  const done = await (await mailbox()).send(await mailParts(cli), letter);
  if (!done.ok) return stopOfMail(cli, done.error);
  cli.print([done.value]);
  return EXIT.ok;
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function inboxCommand(cli: Cli): Command {
  return new Command('inbox')
    .description('show what an agent has not acknowledged, the oldest first')
    .argument('<agent>')
    .addOption(new Option('--all', 'also what is acknowledged'))
    .addOption(jsonOption())
    .action(async (agent: string, { all, json }: { readonly all?: true; readonly json?: true }) => {
      const { badName, deliveries, isAgentName } = await mailbox();
      if (!isAgentName(agent)) {
        cli.exitCode = stopOfMail(cli, badName(agent));
        return;
      }
      const found = await deliveries(await mailParts(cli), agent);
      const open = found.filter(({ message }) => all === true || message.acknowledged_at === null);
      cli.print(shown(open, json === true));
    });
}

function listCommand(cli: Cli): Command {
  return new Command('list')
    .description('show every message, the oldest first')
    .addOption(new Option('--conversation <id>', 'those of one conversation'))
    .addOption(jsonOption())
    .action(async ({ conversation, json }: { readonly conversation?: string; readonly json?: true }) => {
      const found = await (await mailbox()).deliveries(await mailParts(cli), null);
      const wanted = found.filter(
        ({ message }) => conversation === undefined || message.conversation_id === conversation,
      );
      cli.print(shown(wanted, json === true));
    });
}

function ackCommand(cli: Cli): Command {
  return new Command('ack')
    .description('say that a message has been taken note of: prints its id')
    .argument('<id>')
    .addOption(new Option('--agent <agent>', 'whose, for one that several have'))
    .action(async (id: string, { agent }: { readonly agent?: string }) => {
      const done = await (await mailbox()).acknowledge(await mailParts(cli), id, agent ?? null);
      if (done.ok) cli.print([clean(id)]);
      else cli.exitCode = stopOfMail(cli, done.error);
    });
}

function lockCommand(cli: Cli, verb: 'lock' | 'unlock'): Command {
  const description =
    verb === 'lock'
      ? 'be the only one who makes a decision: waits up to 30 s for who does'
      : 'let others make decisions again';
  return new Command(verb)
    .description(description)
    .argument('<agent>')
    .action(async (agent: string) => {
      cli.exitCode = await lockOrUnlock(cli, verb, agent);
    });
}

async function lockOrUnlock(cli: Cli, verb: 'lock' | 'unlock', agent: string): Promise<number> {
  const { badName, isAgentName } = await mailbox();
  if (!isAgentName(agent)) return stopOfMail(cli, badName(agent));
  const { lockDecisions, unlockDecisions } = await import('../../project/messages/decision-lock.ts');
  const parts = await mailParts(cli);
  const held = await (verb === 'lock' ? lockDecisions : unlockDecisions)(parts, agent);
  if (!held.ok) return stopOfMail(cli, held.error);
  const isOwn = held.value === agent;
  cli.print([isOwn ? `${verb.toUpperCase()}ED:${agent}` : `LOCKED_BY:${clean(held.value)}`]);
  return isOwn ? EXIT.ok : EXIT.failed;
}

/** One line each: `id|from|to|type|priority|status|subject`. */
function shown(found: readonly Delivery[], json: boolean): readonly string[] {
  const status = ({ message, isEscalated }: Delivery): string =>
    isEscalated ? 'escalated' : message.acknowledged_at === null ? 'delivered' : 'acknowledged';
  if (json)
    return [
      JSON.stringify(found.map((each) => ({ ...each.message, inbox: each.agent, status: status(each) }))),
    ];
  return found.map((each) => {
    const { message, agent } = each;
    const field = (text: string): string => clean(text).replaceAll('|', '/');
    const { message_id: id, from_agent: from, message_type: type, priority, subject } = message;
    return `${id}|${field(from)}|${field(agent)}|${field(type)}|${priority}|${status(each)}|${clean(subject)}`;
  });
}

async function mailParts(cli: Cli): Promise<MailParts> {
  const { env } = cli.host;
  const root = await rootOrFolder(cli);
  const about = await cli.parts.aboutRepository(root);
  const run = env['COX_RUN_ID'] || null;
  return {
    root,
    lock: cli.parts.fileLocks(about?.stateFolder ?? cli.parts.stateHome),
    now: () => cli.host.now(),
    ownInbox: env['COX_INBOX'] || null,
    outbox: env['COX_OUTBOX'] || null,
    archive: run === null || about === null ? null : join(about.stateFolder, 'runs', safeName(run)),
    tellRuns: (decision) => tellRuns(cli, decision),
    say: (text) => cli.say(text),
  };
}

function stopOfMail(cli: Cli, { reason, message, remedy }: MailProblem): number {
  const isAsked = reason === 'bad-name' || reason === 'ambiguous';
  return cli.stop({ code: isAsked ? EXIT.usage : EXIT.failed, message, remedy });
}
