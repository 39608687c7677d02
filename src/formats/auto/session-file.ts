/**
 * `.claude/auto-state-machine.yaml`. It is changed in place: all that is of others stays, to the letter. Total: any text gives a
 * session or a problem with its place.
 */

import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { err, ok, type Result } from '../../core/result.ts';
import { editYaml, type YamlValue } from '../edit-yaml.ts';
import { FindingList } from '../finding-list.ts';
import { LocatedText } from '../located-text.ts';
import { readYaml } from '../read-yaml.ts';

const text = z
  .union([z.string(), z.number()], 'must be a text')
  .nullish()
  .transform((value) => String(value ?? ''));
const list = z
  .array(z.union([z.string(), z.number()], 'must be a text'), 'must be a list')
  .nullish()
  .transform((values) => (values ?? []).map(String));
const share = (usual: number) => z.number('must be a number from 0 to 1').min(0).max(1).default(usual);

const schema = z.looseObject(
  {
    current_state: text.transform((value) => value || 'IDLE'),
    work_type: text,
    session_id: text,
    started_at: text,
    mandatory_skills: list,
    focus: list,
    completed_phases: list,
    checkpoint_files: list,
    token_usage: z.preprocess(
      (value) => value ?? {},
      z.looseObject(
        {
          estimated: z.number('must be a number').min(0).default(0),
          budget: z.number('must be a number').positive('must be above 0').default(200_000),
          warning_threshold: share(0.8),
          checkpoint_threshold: share(0.95),
        },
        'must hold fields',
      ),
    ),
  },
  'must hold fields',
);

export type Session = z.infer<typeof schema>;

/** By field, or by the path to one, its new value. */
export type SessionChange = readonly (readonly [path: string | readonly string[], value: YamlValue])[];

export interface SessionFile {
  readonly session: Session;
  /** The whole text with the change. */
  with(change: SessionChange): string;
}

/** `name` is the file's, for the problem: `name:line:column what`. */
export function readSession(name: string, content: string): Result<SessionFile, string> {
  const source = new LocatedText(name, content);
  const findings = new FindingList();
  const yaml = readYaml(source, { text: source.text, offset: 0 }, findings);
  if (yaml === null) {
    const [first] = findings.errors;
    return err(`${name}:${first?.line ?? 1}:${first?.column ?? 1} ${first?.message ?? 'it cannot be read'}`);
  }
  const [, second] = [...parseAllDocuments(source.text, { logLevel: 'silent' })];
  if (second !== undefined) {
    const { line, column } = source.place(second.range[0]);
    return err(`${name}:${line}:${column} a second document begins here; a session is one`);
  }
  const parsed = schema.safeParse(yaml.value ?? {});
  if (parsed.success) {
    const mark = content.slice(0, content.length - source.text.length);
    return ok({
      session: parsed.data,
      with: (change) =>
        `${mark}${editYaml(
          source.text,
          change.map(([where, value]) => ({ path: typeof where === 'string' ? [where] : where, value })),
        )}`,
    });
  }
  const [issue] = parsed.error.issues;
  const { line, column } = yaml.at(issue?.path ?? []);
  const what = (issue?.path ?? []).map(String).join('.') || 'the file';
  return err(`${name}:${line}:${column} ${what}: ${issue?.message ?? 'is wrong'}`);
}

/** A new one, as the family writes it. */
export function newSession(fields: {
  readonly state: string;
  readonly id: string;
  /** ISO 8601. */
  readonly startedAt: string;
}): string {
  const quote = JSON.stringify;
  return `# Where the session stands; written by \`cox state\`. Fields and comments of your own stay.

version: "3.1"
current_state: ${quote(fields.state)}
previous_state: ""
work_type: ""
focus: []
mandatory_skills: []
completed_phases: []
checkpoint_files: []
session_id: ${quote(fields.id)}
started_at: ${quote(fields.startedAt)}
token_usage:
  estimated: 0
  budget: 200000
  warning_threshold: 0.80
  checkpoint_threshold: 0.95
`;
}
