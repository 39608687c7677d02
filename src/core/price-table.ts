/** What services ask for a million tokens, in US dollars, without the surcharge that some have for long contexts. */

/** US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export interface PriceRule extends Price {
  /** A model's name in lower case; a `*` stands for any characters. */
  readonly model: string;
}

/** Of the prices below, as https://github.com/pydantic/genai-prices 0.1.8 has them. */
export const PRICES_AS_OF = '2026-09-23';

/** Input, output, input read from the cache, input written to it; where the last are left out they cost as any input. */
type Row = readonly [models: string, input: number, output: number, cacheRead?: number, cacheWrite?: number];

const ROWS: readonly Row[] = [
  ['claude-opus-5-5', 4, 20, 0.2, 5],
  ['claude-opus-5 claude-opus-4-8 claude-opus-4-7 claude-opus-4-6 claude-opus-4-5', 5, 25, 0.5, 6.25],
  ['claude-opus-4-1 claude-opus-4-0 claude-opus-4 claude-3-opus', 15, 75, 1.5, 18.75],
  ['claude-fable-5-1', 10, 50, 0.25, 12.5],
  ['claude-fable-5', 10, 50, 1, 12.5],
  ['claude-sonnet-5', 2, 10, 0.2, 2.5],
  ['claude-sonnet-4-6 claude-sonnet-4-5 claude-sonnet-4-0 claude-sonnet-4', 3, 15, 0.3, 3.75],
  ['claude-3-7-sonnet claude-3-5-sonnet', 3, 15, 0.3, 3.75],
  ['claude-haiku-4-5', 1, 5, 0.1, 1.25],
  ['claude-3-5-haiku', 0.8, 4, 0.08, 1],
  ['claude-3-haiku', 0.25, 1.25, 0.03, 0.3],

  ['gpt-6-astra', 10, 50, 1, 12.5],
  ['gpt-6-sol', 2, 10, 0.2, 2.5],
  ['gpt-6-luna', 0.1, 0.5, 0.01, 0.125],
  ['gpt-5.6-sol', 4, 20, 0.4, 5],
  ['gpt-5.6-terra', 2, 12, 0.2, 2.5],
  ['gpt-5.6-luna', 0.2, 1.2, 0.02, 0.25],
  ['gpt-5.5', 5, 30, 0.5],
  ['gpt-5.5-pro gpt-5.4-pro', 30, 180],
  ['gpt-5.4', 2.5, 15, 0.25],
  ['gpt-5.4-mini', 0.75, 4.5, 0.075],
  ['gpt-5.4-nano', 0.2, 1.25, 0.02],
  ['gpt-5.3 gpt-5.3-codex gpt-5.2 gpt-5.2-codex', 1.75, 14, 0.175],
  ['gpt-5.2-pro', 21, 168],
  ['gpt-5.1 gpt-5.1-codex gpt-5.1-codex-max gpt-5 gpt-5-codex', 1.25, 10, 0.125],
  ['gpt-5-pro', 15, 120],
  ['gpt-5.1-codex-mini gpt-5-mini', 0.25, 2, 0.025],
  ['gpt-5-nano', 0.05, 0.4, 0.005],
  ['gpt-4.1', 2, 8, 0.5],
  ['gpt-4.1-mini', 0.4, 1.6, 0.1],
  ['gpt-4.1-nano', 0.1, 0.4, 0.025],
  ['gpt-4o', 2.5, 10, 1.25],
  ['gpt-4o-mini', 0.15, 0.6, 0.075],
  ['codex-mini', 1.5, 6, 0.375],
  ['o3', 2, 8, 0.5],
  ['o3-pro', 20, 80],
  ['o3-mini', 1.1, 4.4, 0.55],
  ['o4-mini', 1.1, 4.4, 0.275],

  ['gemini-3.8-flash gemini-3.7-flash gemini-3.6-flash', 1.5, 7.5, 0.15],
  ['gemini-3.5-flash', 1.5, 9, 0.15],
  ['gemini-3.5-flash-lite gemini-2.5-flash', 0.3, 2.5, 0.03],
  ['gemini-3.1-pro gemini-3-pro', 2, 12, 0.2],
  ['gemini-3.1-flash-lite', 0.25, 1.5, 0.025],
  ['gemini-3-flash', 0.5, 3, 0.05],
  ['gemini-2.5-pro', 1.25, 10, 0.125],
  ['gemini-2.5-flash-lite', 0.1, 0.4, 0.01],

  ['grok-4.6', 2, 6, 0.5],
  ['grok-4.5', 2, 6, 0.3],
  ['grok-4.3 grok-4.20', 1.25, 2.5, 0.2],
  ['grok-build-0.1', 1, 2, 0.2],
  ['grok-code-fast-1', 0.2, 1.5, 0.02],
  ['deepseek-v4-pro', 1.32, 3.96, 0.044],
  ['deepseek-v4-flash', 0.44, 1.32, 0.014],
  ['kimi-k3', 3, 15, 0.3],
  ['kimi-k2.7-code', 0.95, 4, 0.19],
  ['kimi-k2.6', 0.95, 4, 0.16],
  ['kimi-k2.5', 0.6, 3, 0.1],
  ['devstral-2512', 0.4, 2, 0.04],
  ['codestral-2508', 0.3, 0.9, 0.03],
];

/** By the plain name of the model. */
export const PRICE_TABLE: ReadonlyMap<string, Price> = new Map(
  ROWS.flatMap(([models, input, output, cacheRead = input, cacheWrite = input]) =>
    models.split(' ').map((model): [string, Price] => [model, { input, output, cacheRead, cacheWrite }]),
  ),
);
