/** What the parentheses behind a task say: `(Agent: Builder-1, Est: 2h, depends on 1.1)`. */

import { estimateSeconds } from '../estimate.ts';
import { agentNamesIn, hasRemark, isTaskName, keyOf, namesIn, taskNamesIn } from './keys.ts';
import { isDoneWord } from './marks.ts';
import { standsInText } from './standing.ts';

export interface Assignment {
  readonly agents: readonly string[];
  /** Who is named for nothing but looking at it. */
  readonly reviewers?: readonly string[];
  readonly estimateSeconds?: number;
  /** Meant as a time, and none. */
  readonly unclear?: string;
  /** Names of tasks. */
  readonly dependsOn: readonly string[];
  readonly branch?: string;
  /** Whether it only verifies, where that is said. */
  readonly verifies?: boolean;
  /** How far it is: `done`, `blocked: legal`. */
  readonly state?: string;
  /** Pieces that say more than what is read of them, as in `depends on 1.1 (the model)`. */
  readonly remarks?: readonly string[];
  /** Pieces that are not understood. */
  readonly notes?: readonly string[];
}

export const NO_ASSIGNMENT: Assignment = { agents: [], dependsOn: [] };

const PIECE = /^(\p{L}[\p{L} ._-]{0,40}?)\s*[:=](?:\s+|$)(.*)$/su;
const CLOSE_PIECE = /^(\p{L}[\p{L} ._-]{0,40}?)\s*[:=](.*)$/su;
const AFTER =
  /^(?:depend(?:s|ing|ent)? (?:up)?on|(?:(?:starts?|runs?)\s+)?after|once|blocked by|waits? for)\s+(?=.*\d)(.*)$/is;
const NEEDS = /^(?:needs|requires)\s+(?=.*\d)(.*)$/is;
const BY = /^(?:(?:assigned|given) to|owned by|by)\s+(?=@?\p{L})/iu;
const BARE_AGENT = /^@?\p{L}[\p{L}\p{N}._/:-]{0,79}$/u;
const ROLE =
  /^(?:architect|builder|validator|developer|dev|engineer|devops|tester|qa|reviewer|researcher|designer|writer|scribe|analyst|planner|documenter|dba|sre|integrator|coder|programmer|verifier|auditor|maintainer|manager|coordinator|orchestrator|specialist|agent)$/i;
const INSTANCE = /^@?(\p{L}[\p{L}\p{N}._/:-]*?)[-_#]\d{1,6}$/u;
/** Names of things that end in a number too. */
const NO_AGENT =
  /^(?:utf|sha|md|iso|rfc|ieee|es|ecma|ipv|http|tls|oauth|aes|rsa|phase|step|group|task|option|part|version|level|issue|ticket|sprint|milestone|day|week|section|chapter|adr|cve)$/i;
const PRIORITY =
  /^(?:p[0-9]|(?:very )?(?:high|medium|low|critical|urgent|normal|optional|blocking|blocker|required)(?:[ -]priority)?)$/i;

/** It cannot be but the name of an agent: a role, an instance with its number, or one behind `@`. */
export function isAgentName(text: string): boolean {
  if (/^@\S/.test(text)) return BARE_AGENT.test(text);
  const instance = INSTANCE.exec(text)?.[1];
  if (instance !== undefined) return !NO_AGENT.test(instance);
  const words = text.split(/[-_/:.]|\s+(?=\d{1,6}$)/);
  return /^[^\s]+(?:\s\d{1,6})?$/.test(text) && words.some((word) => ROLE.test(word));
}

type Reading = { -readonly [K in keyof Assignment]: Assignment[K] };

/** Null when it is no assignment but a part of the text. */
export function readAssignment(text: string): Assignment | null {
  const read: Reading = { agents: [], dependsOn: [] };
  const found = new Set<Kind>();
  let before: Kind = 'first';
  for (const piece of pieces(text)) {
    before = take(
      read,
      piece
        .trim()
        .replace(/^[*`_]+|[*`_]+$/g, '')
        .trim(),
      before,
    );
    found.add(before);
  }
  const isTimed = found.has('time') && !found.has('note');
  return isTimed || (['agent', 'after', 'keyed'] as const).some((kind) => found.has(kind)) ? read : null;
}

/** Between pieces: a stroke counts before what has a key or is an amount, for two agents may have one, too. */
const BETWEEN = /(?:[,;|•·]|\s\/\s(?=\s*(?:\p{L}[\p{L} ._-]{0,40}[:=]|[~≈]?\d)))(?![^()]*\))/u;

/** In no parentheses of their own. */
function pieces(text: string): readonly string[] {
  return text.split(BETWEEN).filter((piece) => piece.trim() !== '');
}

/** `word`: taken for an agent, which it may not be. `state`: alone it may be a word of the text. */
type Kind = 'first' | 'agent' | 'word' | 'after' | 'time' | 'keyed' | 'state' | 'note';

function take(read: Reading, piece: string, before: Kind): Kind {
  const kind = takePiece(read, piece, before);
  if (kind !== 'note' && kind !== 'state' && hasRemark(PIECE.exec(piece)?.[2] ?? piece))
    read.remarks = [...(read.remarks ?? []), piece];
  return kind;
}

function takePiece(read: Reading, piece: string, before: Kind): Kind {
  const [, name = '', value = ''] = PIECE.exec(piece) ?? CLOSE_PIECE.exec(piece) ?? [];
  const key = name === '' ? undefined : keyOf(name);
  if (key !== undefined) return takeKeyed(read, key, { value, piece });
  const after = AFTER.exec(piece)?.[1];
  if (after !== undefined) return takeAfter(read, after);
  const needs = NEEDS.exec(piece)?.[1];
  if (needs !== undefined) return takeNeeds(read, needs, piece);
  const state = stateKind(piece, before);
  if (state !== null) {
    read.state = piece;
    return state;
  }
  if (keyOf(piece) === 'verifies') {
    read.verifies = true;
    return 'keyed';
  }
  if (estimateSeconds(piece) !== null) return takeTime(read, piece);
  if (before === 'after' && /^(?:and\s+)?(?:tasks?\s+#?|groups?\s+)?\p{L}*\d[\p{L}\d._–-]*$/iu.test(piece))
    return takeAfter(read, piece.replace(/^and\s+/i, ''));
  if (/^[~≈]?\d/.test(piece)) return takeTime(read, piece);
  return PIECE.test(piece) || PRIORITY.test(piece) ? takeNote(read, piece) : takeNames(read, piece, before);
}

/** Null for a piece that says nothing of how far it is. */
function stateKind(piece: string, before: Kind): Kind | null {
  if (before !== 'first' && isDoneWord(piece)) return 'state';
  const stands = standsInText(piece);
  if (stands === null) return null;
  return stands.reason !== '' || /^[\p{Lu} -]+$/u.test(piece) ? 'keyed' : 'state';
}

function takeKeyed(
  read: Reading,
  key: NonNullable<ReturnType<typeof keyOf>>,
  { value, piece }: { readonly value: string; readonly piece: string },
): Kind {
  switch (key) {
    case 'time':
      takeTime(read, value);
      return 'keyed';
    case 'after':
      return takeAfter(read, value);
    case 'needs':
      return takeNeeds(read, value, piece);
    case 'branch':
      read.branch = value.replaceAll('`', '').trim();
      return 'keyed';
    case 'agent':
    case 'instance':
      read.agents = [...read.agents, ...agentNamesIn(value)];
      return 'agent';
    case 'reviewer':
      read.reviewers = [...(read.reviewers ?? []), ...agentNamesIn(value)];
      return 'keyed';
    case 'verifies':
      read.verifies = isYes(value);
      return 'keyed';
    case 'status':
      read.state = value;
      return 'keyed';
    default:
      return takeNote(read, piece);
  }
}

export function isYes(value: string): boolean {
  return !/^(?:no|false|never)\b/i.test(value.trim());
}

function takeTime(read: Reading, written: string): Kind {
  const value = written.replace(/[`*]/g, '').trim();
  const seconds = estimateSeconds(value);
  if (seconds === null) read.unclear = value;
  else read.estimateSeconds = seconds;
  return 'time';
}

function takeAfter(read: Reading, value: string): Kind {
  read.dependsOn = [...read.dependsOn, ...taskNamesIn(value)];
  return 'after';
}

/** What it needs beside tasks is told to the agent. */
function takeNeeds(read: Reading, value: string, piece: string): Kind {
  const names = taskNamesIn(value);
  const tasks = names.filter(isTaskName);
  read.dependsOn = [...read.dependsOn, ...tasks];
  if (tasks.length < names.length || names.length === 0) takeNote(read, piece);
  return tasks.length > 0 ? 'after' : 'note';
}

/** A mere word is an agent where those stand: at the beginning, and behind another one. */
function takeNames(read: Reading, written: string, before: Kind): Kind {
  const piece = written.replace(BY, '');
  const names = agentNamesIn(piece);
  const areSure =
    names.length > 0 &&
    namesIn(piece).every((name) => isAgentName(name) || agentNamesIn(name).every(isAgentName));
  const areWords = piece.split(/\s*[&+]\s*|\s+and\s+/).every((name) => BARE_AGENT.test(name));
  const mayBe = piece === written && (before === 'first' || before === 'agent' || before === 'word');
  if (!areSure && !(areWords && mayBe)) return takeNote(read, written);
  read.agents = [...read.agents, ...names];
  return areSure ? 'agent' : 'word';
}

function takeNote(read: Reading, piece: string): Kind {
  read.notes = [...(read.notes ?? []), piece];
  return 'note';
}
