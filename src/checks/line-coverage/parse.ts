/**
 * How many lines a report on coverage counts, and how many of them were run. Pure and total: null for what cannot be
 * read. The forms: LCOV (`man geninfo`), Istanbul's two kinds of JSON, and Cobertura's XML.
 */

import { parseXml, XmlElement } from '@rgrove/parse-xml';

export interface Lines {
  readonly covered: number;
  readonly total: number;
}

/** `LF` and `LH` stand once for each file; a report without them has the lines themselves. */
export function parseLcov(text: string): Lines | null {
  let counted: Lines = { covered: 0, total: 0 };
  let listed: Lines = { covered: 0, total: 0 };
  for (const line of text.split('\n')) {
    const [, key, first, second] = /^(LF|LH|DA):(\d+)(?:,(\d+))?/.exec(line) ?? [];
    if (key === 'LF') counted = { ...counted, total: counted.total + Number(first) };
    else if (key === 'LH') counted = { ...counted, covered: counted.covered + Number(first) };
    else if (key === 'DA')
      listed = { covered: listed.covered + (Number(second) > 0 ? 1 : 0), total: listed.total + 1 };
  }
  return sound(counted) ?? sound(listed);
}

/** `coverage-summary.json` */
export function parseIstanbulSummary(text: string): Lines | null {
  const lines = at(at(parseJson(text), 'total'), 'lines');
  const [covered, total] = [at(lines, 'covered'), at(lines, 'total')];
  return typeof covered === 'number' && typeof total === 'number' ? sound({ covered, total }) : null;
}

/** `coverage-final.json`: by file, where each statement begins and how often it was run. A line is run with one of its statements. */
export function parseIstanbulFinal(text: string): Lines | null {
  const report = parseJson(text);
  if (!isRecord(report)) return null;
  let covered = 0;
  let total = 0;
  for (const file of Object.values(report)) {
    const [places, counts] = [at(file, 'statementMap'), at(file, 's')];
    if (!isRecord(places) || !isRecord(counts)) return null;
    const lines = new Map<number, boolean>();
    for (const [id, place] of Object.entries(places)) {
      const line = at(at(place, 'start'), 'line');
      const count = counts[id];
      if (typeof line !== 'number' || typeof count !== 'number') return null;
      lines.set(line, lines.get(line) === true || count > 0);
    }
    total += lines.size;
    covered += [...lines.values()].filter(Boolean).length;
  }
  return sound({ covered, total });
}

/** Cobertura's XML, as coverage.py and many others write it. */
export function parseCobertura(text: string): Lines | null {
  let root: XmlElement | null;
  try {
    root = parseXml(text).root;
  } catch {
    return null;
  }
  if (root?.name !== 'coverage') return null;
  const { 'lines-covered': covered, 'lines-valid': total } = root.attributes;
  if (covered !== undefined && total !== undefined)
    return sound({ covered: Number(covered), total: Number(total) });
  return sound(countLines(root));
}

/** Methods list lines of their class once more. */
function countLines(root: XmlElement): Lines {
  let covered = 0;
  let total = 0;
  const left = [root];
  for (let element = left.pop(); element !== undefined; element = left.pop()) {
    if (element.name === 'line') {
      total += 1;
      covered += Number(element.attributes['hits']) > 0 ? 1 : 0;
    } else if (element.name !== 'methods')
      left.push(...element.children.filter((child) => child instanceof XmlElement));
  }
  return { covered, total };
}

function sound(lines: Lines): Lines | null {
  const { covered, total } = lines;
  const isSound = Number.isSafeInteger(covered) && Number.isSafeInteger(total) && covered >= 0;
  return isSound && total > 0 && covered <= total ? lines : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function at(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
