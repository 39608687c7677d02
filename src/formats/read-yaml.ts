/** YAML with the place of every value. */

import { isNode, isScalar, parseDocument } from 'yaml';
import type { FindingList } from './finding-list.ts';
import type { LocatedText, Place } from './located-text.ts';

export interface YamlDocument {
  readonly value: unknown;
  /** Of the value at the path, or of the nearest thing around it. */
  at(path: readonly PropertyKey[]): Place;
  /** A plain scalar as it is written: `001`, where its value is 1. Undefined for anything else. */
  written(path: readonly PropertyKey[]): string | undefined;
}

export interface YamlPiece {
  readonly text: string;
  /** Where the piece begins in the file. */
  readonly offset: number;
}

/** Null when the piece of the file is no YAML; the findings then say why. */
export function readYaml(source: LocatedText, piece: YamlPiece, findings: FindingList): YamlDocument | null {
  const complain = (offset: number, message: string): null => {
    findings.error({
      rule: 'yaml-syntax',
      at: source.place(piece.offset + offset),
      message: `the YAML cannot be read: ${message.split('\n')[0] ?? message}`,
      remedy: 'Mend the YAML; put values that hold `: `, `#` or brackets in quotes.',
    });
    return null;
  };
  try {
    const document = parseDocument(piece.text, { prettyErrors: false, strict: true, logLevel: 'silent' });
    const [error] = document.errors;
    if (error !== undefined) return complain(error.pos[0], error.message);
    const value: unknown = document.toJS({ maxAliasCount: 20 });
    const offsetOf = (path: readonly PropertyKey[]): number | undefined => {
      const node = path.length === 0 ? document.contents : document.getIn(path, true);
      return isNode(node) ? node.range?.[0] : undefined;
    };
    return {
      value,
      at: (path) => source.place(piece.offset + nearestOffset(path, offsetOf)),
      written: (path) => {
        const node = document.getIn(path, true);
        return isScalar(node) ? node.source : undefined;
      },
    };
  } catch (error) {
    // An alias without its anchor, too many aliases, or nesting so deep that the library's recursion ends.
    return complain(0, error instanceof Error ? error.message : String(error));
  }
}

function nearestOffset(
  path: readonly PropertyKey[],
  offsetOf: (path: readonly PropertyKey[]) => number | undefined,
): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const offset = offsetOf(path.slice(0, length));
    if (offset !== undefined) return offset;
  }
  return 0;
}
