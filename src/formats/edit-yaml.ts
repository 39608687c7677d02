/** Sets fields in a text of YAML that others write, too: every character that is not of them stays as it is. */

import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  parseDocument,
  Scalar,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

export type YamlValue = string | number | readonly string[];

export interface YamlField {
  readonly path: readonly string[];
  readonly value: YamlValue;
}

/** A text that holds one document without errors, which is a map or empty. */
export function editYaml(content: string, fields: readonly YamlField[]): string {
  const wanted = parsed(content);
  for (const { path, value } of fields) setIn(wanted, path, value);
  const edited = fields.reduce(editField, content);
  // What stands in a form that cannot be edited in place (a tag, an anchor, a mark of the end) is printed anew.
  return isAs(edited, wanted) ? edited : wanted.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function parsed(content: string): Document {
  return parseDocument(content, { logLevel: 'silent', intAsBigInt: true });
}

function isAs(text: string, wanted: Document): boolean {
  try {
    const all = parseAllDocuments(text, { logLevel: 'silent', intAsBigInt: true });
    const [document, ...more] = Array.isArray(all) ? all : [];
    if (document === undefined || more.length > 0 || document.errors.length > 0) return false;
    return plain(document) === plain(wanted);
  } catch {
    return false;
  }
}

function plain(document: Document): string {
  return JSON.stringify(document.toJS(), (_, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
}

function setIn(document: Document, path: readonly string[], value: YamlValue): void {
  if (!isMap(document.contents)) document.contents = document.createNode({});
  const above = path.slice(0, -1);
  // A key without a value has nothing that a field could be put into.
  if (above.length > 0 && !isMap(document.getIn(above))) document.setIn(above, document.createNode({}));
  const before = document.getIn(path, true);
  const node = document.createNode(value);
  if (isCollection(node)) node.flow = isCollection(before) ? before.flow === true : true;
  // Readers of the older YAML take a bare time for a date.
  else if (isScalar(node) && typeof value === 'string' && written(value) !== value)
    node.type = Scalar.QUOTE_DOUBLE;
  if (isNode(before)) {
    const { comment, commentBefore } = before;
    Object.assign(node, { comment, commentBefore });
  }
  document.setIn(path, node);
}

function editField(content: string, { path, value }: YamlField): string {
  const document = parsed(content);
  const newline = content.includes('\r\n') ? '\r\n' : '\n';
  const at = (length: number): unknown =>
    length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
  const known = at(path.length);
  const [parent, key] = [at(path.length - 1), path.at(-1) ?? ''];
  if (isScalar(known) && isEmpty(known))
    return put(content, behindKey(content, parent, key), ` ${flow(value)}`);
  if (isNode(known)) return replaced(content, known, { value, newline });
  if (isMap(parent) && parent.items.length > 0)
    return added(content, parent, { isTop: path.length === 1, newline, line: `${key}: ${flow(value)}` });
  if (path.length === 1) return atEnd(content, `${key}: ${flow(value)}`, newline);
  const nested = `${newline}  ${key}: ${flow(value)}`;
  if (isScalar(parent) && isEmpty(parent))
    return put(content, behindKey(content, document.contents, path[0] ?? ''), nested);
  return parent === undefined ? atEnd(content, `${path[0]}:${nested}`, newline) : content;
}

interface Change {
  readonly value: YamlValue;
  readonly newline: string;
}

function replaced(content: string, node: Node, { value, newline }: Change): string {
  const start = startOf(node);
  if (isSeq(node) && typeof value === 'object') {
    const longer = lengthened(content, node, { value, newline });
    if (longer !== null) return longer;
  }
  const text =
    isScalar(node) && node.type === 'QUOTE_DOUBLE' && typeof value === 'string'
      ? JSON.stringify(value)
      : flow(value);
  // A list in lines of its own may begin where its key does, where a value may not.
  const inset = isSeq(node) && node.flow !== true ? ' ' : '';
  return `${content.slice(0, start)}${inset}${text}${content.slice(endOf(node))}`;
}

/** With what comes after the items that are there; null where those change. */
function lengthened(
  content: string,
  list: YAMLSeq,
  { value, newline }: { readonly value: readonly string[]; readonly newline: string },
): string | null {
  const before = list.items.map((item) => (isScalar(item) ? String(item.value) : null));
  const last = list.items.at(-1);
  if (!isNode(last) || !before.every((item, index) => item === value[index])) return null;
  const more = value.slice(before.length).map(flow);
  if (list.flow === true) return put(content, endOf(last), more.map((item) => `, ${item}`).join(''));
  const indent = ' '.repeat(columnOf(content, startOf(list)));
  return put(content, endOf(last), more.map((item) => `${newline}${indent}- ${item}`).join(''));
}

/** Where a key's own value would stand: an empty one is held to stand behind the comments. */
function behindKey(content: string, map: unknown, key: string): number {
  const pair = isMap(map)
    ? map.items.find((each) => isScalar(each.key) && each.key.value === key)
    : undefined;
  const end = isNode(pair?.key) ? endOf(pair.key) : 0;
  return content.indexOf(':', end) + 1;
}

interface NewLine {
  readonly isTop: boolean;
  readonly newline: string;
  readonly line: string;
}

function added(content: string, map: YAMLMap, { isTop, newline, line }: NewLine): string {
  const last = map.items.at(-1);
  const end = isNode(last?.value) ? endOf(last.value) : isNode(last?.key) ? endOf(last.key) : 0;
  if (map.flow === true) return put(content, end, `, ${line}`);
  if (isTop) return atEnd(content, line, newline);
  const rest = content.slice(end);
  const lineEnd = end + (/[\r\n]/.exec(rest)?.index ?? rest.length);
  return put(content, lineEnd, `${newline}${' '.repeat(columnOf(content, startOf(map)))}${line}`);
}

function atEnd(content: string, line: string, newline: string): string {
  return `${content}${content === '' || /[\r\n]$/.test(content) ? '' : newline}${line}${newline}`;
}

function put(content: string, offset: number, text: string): string {
  return `${content.slice(0, offset)}${text}${content.slice(offset)}`;
}

function isEmpty(node: Scalar): boolean {
  return node.range !== undefined && node.range !== null && node.range[0] === node.range[1];
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** A list or map in lines of its own ends with its last item: its own range goes on to the next thing. */
function endOf(node: Node): number {
  if (isCollection(node) && node.flow !== true) {
    const last = node.items.at(-1);
    const item = isNode(last) ? last : undefined;
    if (item !== undefined) return endOf(item);
  }
  return node.range?.[1] ?? 0;
}

function columnOf(content: string, offset: number): number {
  return (
    offset - (Math.max(content.lastIndexOf('\n', offset - 1), content.lastIndexOf('\r', offset - 1)) + 1)
  );
}

/** On one line, as it may stand anywhere. */
function flow(value: YamlValue): string {
  return typeof value === 'object' ? `[${value.map(written).join(', ')}]` : written(value);
}

function written(value: string | number): string {
  const list = stringify([value], {
    collectionStyle: 'flow',
    lineWidth: 0,
    version: '1.1',
    flowCollectionPadding: false,
  });
  return list.trim().slice(1, -1);
}
