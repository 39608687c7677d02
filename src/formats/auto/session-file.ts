/**
 * `.claude/auto-state-machine.yaml`. It is changed in place: fields of others and comments stay. Total: any text gives a
 * session or a problem with its place.
 */

import { type Document, isCollection, isMap, isScalar, parseDocument, Scalar } from 'yaml';
import { z } from 'zod';
import { err, ok, type Result } from '../../core/result.ts';
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

type Value = string | number | readonly string[];
/** By field, or by the path to one, its new value. */
export type SessionChange = readonly (readonly [path: string | readonly string[], value: Value])[];

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
  const parsed = schema.safeParse(yaml.value ?? {});
  if (parsed.success) return ok({ session: parsed.data, with: (change) => changed(source.text, change) });
  const [issue] = parsed.error.issues;
  const { line, column } = yaml.at(issue?.path ?? []);
  const what = (issue?.path ?? []).map(String).join('.') || 'the file';
  return err(`${name}:${line}:${column} ${what}: ${issue?.message ?? 'is wrong'}`);
}

function changed(content: string, change: SessionChange): string {
  const document: Document = parseDocument(content, { logLevel: 'silent' });
  if (!isMap(document.contents)) document.contents = document.createNode({});
  for (const [where, value] of change) setAt(document, typeof where === 'string' ? [where] : where, value);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function setAt(document: Document, path: readonly string[], value: Value): void {
  const above = path.slice(0, -1);
  // A key without a value has nothing that a field could be put into.
  if (above.length > 0 && !isMap(document.getIn(above))) document.setIn(above, document.createNode({}));
  if (typeof value === 'number') return document.setIn(path, value);
  if (typeof value === 'string') {
    const scalar = document.createNode(value);
    // Readers of the older YAML take a bare time for a date.
    if (isScalar(scalar) && /^\d{4}-\d\d-\d\d/.test(value)) scalar.type = Scalar.QUOTE_DOUBLE;
    return document.setIn(path, isScalar(document.getIn(path, true)) ? value : scalar);
  }
  const before = document.getIn(path, true);
  const node = document.createNode(value);
  if (isCollection(node)) node.flow = isCollection(before) ? before.flow === true : true;
  document.setIn(path, node);
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
