/** Text into HTML: what stands in a template is ours, what is put into it is untrusted and becomes mere text. */

import { printable } from '../core/printable.ts';

/** A piece of a page. Only `html` makes one, so a string can never pass for it. */
export class Html {
  readonly #text: string;

  constructor(template: TemplateStringsArray, values: readonly HtmlValue[]) {
    this.#text = template.map((part, index) => part + pieceOf(values[index])).join('');
  }

  toString(): string {
    return this.#text;
  }
}

export type HtmlValue = string | number | Html | readonly Html[];

/** For the content of elements and for attributes in double quotes; never for names, styles or addresses. */
export function html(template: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(template, values);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function pieceOf(value: HtmlValue | undefined): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.toString();
  if (Array.isArray(value)) return value.join('');
  return printable(String(value)).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
